// Reads pages with metascraper: a line {url, html} in, a line {ms, found} out. Parsing is part of the time.
//
// NODE_PATH says where the packages are. There is no plugin for amphtml.
const rules = ['title', 'description', 'image', 'date', 'author', 'publisher', 'lang', 'url']
const metascraper = require('metascraper')(rules.map(name => require(`metascraper-${name}`)()))
const lines = require('node:readline').createInterface({ input: process.stdin })

const answered = async line => {
  const page = JSON.parse(line)
  const started = performance.now()
  let found = null
  try {
    found = await metascraper(page)
  } catch {
    // It failed on this page: no answer.
  }
  return JSON.stringify({ ms: performance.now() - started, found })
}

const main = async () => {
  for await (const line of lines) process.stdout.write(`${await answered(line)}\n`)
}

main()
