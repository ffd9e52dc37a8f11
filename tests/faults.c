/*
 * Faults on purpose: preloaded into a process (LD_PRELOAD), it numbers every call that changes something below a folder,
 * whoever makes it, SQLite included, and at the n-th the process dies or the call fails.
 *
 * Numbered: open for writing, write, pwrite, ftruncate, fsync, fdatasync, rename, renameat2, link, unlink, mkdir, fchmod.
 *
 * Besides, its clock is as many seconds ahead as the environment's CLOCK_AHEAD says; of several numbers, each look at the
 * clock takes the next.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

/* What happens at the n-th call, besides the error of that number. */
enum { NOTHING = 0, DIES_BEFORE = -1, DIES_AFTER = -2 };
enum outcome { GO_ON, FAIL, HALF };

static char folder[PATH_MAX];
static size_t folder_length;
static long at;
static int what, stays;

/* Shared with forked children, so that it can be read when they are dead. */
static struct {
    atomic_long seen;
    char last[PATH_MAX + 64];
} *told;

static long ahead[8];
static atomic_uint aheads, looks;

__attribute__((constructor)) static void share(void) {
    told = mmap(NULL, sizeof *told, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    char *rest = getenv("CLOCK_AHEAD");
    while (rest && *rest && aheads < sizeof ahead / sizeof *ahead) {
        ahead[aheads++] = strtol(rest, &rest, 10);
        if (*rest) rest++;
    }
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    int failed = syscall(SYS_clock_gettime, clock, now);
    if (!failed && clock == CLOCK_REALTIME && aheads) now->tv_sec += ahead[looks++ % aheads];
    return failed;
}

/* From now on, below this folder: `kind` is one of the above or an errno; a fault that stays befalls all later calls. */
void faults_arm(const char *below, long number, int kind, int staying) {
    snprintf(folder, sizeof folder, "%s", below);
    folder_length = strlen(folder);
    at = number, what = kind, stays = staying;
    atomic_store(&told->seen, 0);
    told->last[0] = 0;
}

long faults_seen(void) { return atomic_load(&told->seen); }

/* The call that the fault befell first. */
const char *faults_last(void) { return told->last; }

static void die(void) {
    syscall(SYS_kill, syscall(SYS_getpid), SIGKILL);
    for (;;) pause();
}

/* What is to become of a call on a path; `divisible` ones can be done by half. */
static enum outcome befalls(const char *call, const char *path, int divisible) {
    if (!folder_length || strncmp(path, folder, folder_length)) return GO_ON;
    long number = atomic_fetch_add(&told->seen, 1) + 1;
    if (what == NOTHING || what < DIES_AFTER || number < at || (number > at && !stays)) return GO_ON;
    if (number == at) snprintf(told->last, sizeof told->last, "%s %s", call, path);
    if (what == DIES_BEFORE) die();
    if (what == DIES_AFTER) return HALF;
    if (divisible && number == at && (what == ENOSPC || what == EDQUOT)) return HALF;
    errno = what;
    return FAIL;
}

static enum outcome befalls_open(const char *call, int fd, int divisible) {
    char link[64], path[PATH_MAX];
    int kept = errno;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    errno = kept;
    if (length <= 0) return GO_ON;
    path[length] = 0;
    return befalls(call, path, divisible);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
/* Done and then dead, where that is wanted. */
#define DONE(fate, result) ({ __typeof__(result) done_ = (result); if ((fate) == HALF && what == DIES_AFTER) die(); done_; })

#define ON_PATH(name, declared, passed, path)                                  \
    int name declared {                                                        \
        enum outcome fate = befalls(#name, path, 0);                           \
        return fate == FAIL ? -1 : DONE(fate, REAL(name) passed);              \
    }
#define ON_FILE(name, declared, passed)                                        \
    int name declared {                                                        \
        enum outcome fate = befalls_open(#name, fd, 0);                        \
        return fate == FAIL ? -1 : DONE(fate, REAL(name) passed);              \
    }
#define WRITE(name, declared, half, passed)                                    \
    ssize_t name declared {                                                    \
        enum outcome fate = befalls_open(#name, fd, 1);                        \
        if (fate == FAIL) return -1;                                           \
        if (fate == HALF && size > 1) return DONE(fate, REAL(name) half);      \
        return DONE(fate, REAL(name) passed);                                  \
    }
#define OPEN(name)                                                             \
    int name(const char *path, int flags, ...) {                               \
        va_list rest;                                                          \
        va_start(rest, flags);                                                 \
        mode_t mode = va_arg(rest, mode_t);                                    \
        va_end(rest);                                                          \
        int writes = (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC));   \
        enum outcome fate = writes ? befalls(#name, path, 0) : GO_ON;          \
        return fate == FAIL ? -1 : DONE(fate, REAL(name)(path, flags, mode));  \
    }

OPEN(open)
OPEN(open64)
WRITE(write, (int fd, const void *data, size_t size), (fd, data, size / 2), (fd, data, size))
WRITE(pwrite, (int fd, const void *data, size_t size, off_t to), (fd, data, size / 2, to), (fd, data, size, to))
WRITE(pwrite64, (int fd, const void *data, size_t size, off64_t to), (fd, data, size / 2, to), (fd, data, size, to))
ON_FILE(fsync, (int fd), (fd))
ON_FILE(fdatasync, (int fd), (fd))
ON_FILE(ftruncate, (int fd, off_t size), (fd, size))
ON_FILE(ftruncate64, (int fd, off64_t size), (fd, size))
ON_FILE(fchmod, (int fd, mode_t mode), (fd, mode))
ON_PATH(rename, (const char *one, const char *other), (one, other), other)
ON_PATH(renameat2, (int in, const char *one, int to, const char *other, unsigned flags), (in, one, to, other, flags), other)
ON_PATH(link, (const char *one, const char *other), (one, other), other)
ON_PATH(unlink, (const char *path), (path), path)
ON_PATH(mkdir, (const char *path, mode_t mode), (path, mode), path)
