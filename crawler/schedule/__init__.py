"""Text for those who run a crawl again and again: a crontab, a systemd service and timer, a GitHub workflow. Pure."""
