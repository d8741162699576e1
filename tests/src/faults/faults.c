// Fails writes below one folder when told to; loaded with LD_PRELOAD into the process under test.
//
// FAULTS_FOLDER names the folder, FAULTS_ORDERS a file of 64-bit numbers that the test writes and this
// library maps: see `orders` below and `disk.rs`, its other side.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

struct orders {
    _Atomic uint64_t error;  // errno of a failing call; 0 lets everything pass and counts nothing
    _Atomic uint64_t from;   // the first call that fails
    _Atomic uint64_t until;  // the first that passes again
    _Atomic uint64_t kind;   // 0: every call that changes the disk, 1: only those that sync
    _Atomic uint64_t calls;  // calls so far
    _Atomic uint64_t hits;   // calls that failed
};

static struct orders *orders;
static char folder[PATH_MAX];
static size_t folder_length;

__attribute__((constructor)) static void begin(void) {
    const char *below = getenv("FAULTS_FOLDER"), *path = getenv("FAULTS_ORDERS");
    if (!below || !path || !realpath(below, folder)) return;
    folder_length = strlen(folder);
    int file = open(path, O_RDWR | O_CLOEXEC);
    if (file < 0) return;
    void *map = mmap(NULL, sizeof *orders, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (map != MAP_FAILED) orders = map;
}

static int is_below(const char *path) {
    return strncmp(path, folder, folder_length) == 0 && (path[folder_length] == '/' || !path[folder_length]);
}

static int names_below(const char *path) {
    return orders && path && path[0] == '/' && is_below(path);
}

static int opens_below(int file) {
    if (!orders) return 0;
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return is_below(path);
}

enum verdict { PASSES, FAILS, FAILS_FIRST };

// Counts a call, and says whether it fails.
static enum verdict judge(int syncs) {
    int error = (int)orders->error;
    if (!error || (orders->kind == 1 && !syncs)) return PASSES;
    uint64_t call = orders->calls++;
    if (call < orders->from || call >= orders->until) return PASSES;
    orders->hits++;
    errno = error;
    return call == orders->from ? FAILS_FIRST : FAILS;
}

#define NEXT(name) \
    static __typeof__(&name) next; \
    if (!next) next = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

// A disk that stays full takes the first half before it refuses the rest.
#define WRITES(name, parameters, whole, half) \
    ssize_t name parameters { \
        NEXT(name); \
        enum verdict verdict = opens_below(file) ? judge(0) : PASSES; \
        if (verdict == PASSES) return next whole; \
        int torn = verdict == FAILS_FIRST && errno == ENOSPC && size > 1 && orders->until > orders->from + 1; \
        return torn ? next half : -1; \
    }

WRITES(write, (int file, const void *bytes, size_t size), (file, bytes, size), (file, bytes, size / 2))
WRITES(pwrite, (int file, const void *bytes, size_t size, off_t at), (file, bytes, size, at),
       (file, bytes, size / 2, at))
WRITES(pwrite64, (int file, const void *bytes, size_t size, off64_t at), (file, bytes, size, at),
       (file, bytes, size / 2, at))

#define FAILS_BY_FILE(type, name, parameters, arguments, syncs) \
    type name parameters { \
        NEXT(name); \
        return opens_below(file) && judge(syncs) != PASSES ? -1 : next arguments; \
    }

FAILS_BY_FILE(ssize_t, writev, (int file, const struct iovec *parts, int count), (file, parts, count), 0)
FAILS_BY_FILE(int, fsync, (int file), (file), 1)
FAILS_BY_FILE(int, fdatasync, (int file), (file), 1)
FAILS_BY_FILE(int, ftruncate, (int file, off_t size), (file, size), 0)
FAILS_BY_FILE(int, ftruncate64, (int file, off64_t size), (file, size), 0)

#define FAILS_BY_NAME(name, parameters, arguments, path) \
    int name parameters { \
        NEXT(name); \
        return names_below(path) && judge(0) != PASSES ? -1 : next arguments; \
    }

FAILS_BY_NAME(rename, (const char *from, const char *to), (from, to), to)
FAILS_BY_NAME(link, (const char *from, const char *to), (from, to), to)
FAILS_BY_NAME(linkat, (int old, const char *from, int new, const char *to, int flags), (old, from, new, to, flags), to)

// Making a file or a folder changes the disk; opening one that is there does not.
static int makes_below(const char *path) {
    int before = errno, makes = names_below(path) && access(path, F_OK) != 0;
    errno = before;
    return makes;
}

int mkdir(const char *path, mode_t mode) {
    NEXT(mkdir);
    return makes_below(path) && judge(0) != PASSES ? -1 : next(path, mode);
}

#define OPENS(name) \
    int name(const char *path, int flags, ...) { \
        NEXT(name); \
        va_list rest; \
        va_start(rest, flags); \
        mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
        va_end(rest); \
        int makes = (flags & O_CREAT) && makes_below(path); \
        return makes && judge(0) != PASSES ? -1 : next(path, flags, mode); \
    }

OPENS(open)
OPENS(open64)
