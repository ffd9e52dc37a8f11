/*
 * A folder as other systems have it: preloaded into a process (LD_PRELOAD), below the folder ODD_FOLDER the case of names
 * does not matter, as on macOS and Windows, and each call takes ODD_SLOW microseconds, as over a slow network.
 *
 * All names in that folder are of lower case; a call that names one otherwise is led to it.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *led(const char *path, char *room) {
    const char *folder = getenv("ODD_FOLDER"), *slow = getenv("ODD_SLOW");
    size_t length = folder ? strlen(folder) : 0;
    if (!path || !length || strncasecmp(path, folder, length) || (path[length] && path[length] != '/')) return path;
    if (slow) usleep(atoi(slow));
    snprintf(room, PATH_MAX, "%s", path);
    for (char *at = room + length; *at; at++) *at = tolower((unsigned char)*at);
    return room;
}

#define REAL(name) ((__typeof__(name) *)dlsym(RTLD_NEXT, #name))
#define LED(path) char room[PATH_MAX]; path = led(path, room)

int open(const char *path, int flags, ...) {
    va_list more; va_start(more, flags); mode_t mode = va_arg(more, mode_t); va_end(more);
    LED(path); return REAL(open)(path, flags, mode);
}
int open64(const char *path, int flags, ...) {
    va_list more; va_start(more, flags); mode_t mode = va_arg(more, mode_t); va_end(more);
    LED(path); return REAL(open64)(path, flags, mode);
}
int stat(const char *restrict path, struct stat *restrict found) { LED(path); return REAL(stat)(path, found); }
int lstat(const char *restrict path, struct stat *restrict found) { LED(path); return REAL(lstat)(path, found); }
int stat64(const char *restrict path, struct stat64 *restrict found) { LED(path); return REAL(stat64)(path, found); }
int lstat64(const char *restrict path, struct stat64 *restrict found) { LED(path); return REAL(lstat64)(path, found); }
DIR *opendir(const char *path) { LED(path); return REAL(opendir)(path); }
int access(const char *path, int mode) { LED(path); return REAL(access)(path, mode); }
ssize_t readlink(const char *restrict path, char *restrict to, size_t size) {
    LED(path); return REAL(readlink)(path, to, size);
}
int unlink(const char *path) { LED(path); return REAL(unlink)(path); }
int rename(const char *from, const char *to) {
    char other[PATH_MAX]; LED(from); return REAL(rename)(from, led(to, other));
}
int renameat2(int one, const char *from, int two, const char *to, unsigned flags) {
    char other[PATH_MAX]; LED(from); return REAL(renameat2)(one, from, two, led(to, other), flags);
}
