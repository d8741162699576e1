/* Makes writes below a folder fail when told to: preloaded into a child process of a test.
 *
 * FAULT_FOLDER is the folder; FAULT_CONTROL is a file of four 32-bit numbers: the first operation to fail
 * (counted from 1; 0 for none), how many fail, the error, and the operations so far.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

enum { FIRST, COUNT, ERROR, SEEN };

static volatile int32_t *control;
static const char *folder;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("FAULT_CONTROL");
    folder = getenv("FAULT_FOLDER");
    int file = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (file < 0 || !folder) return;
    void *mapped = mmap(NULL, 16, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (mapped != MAP_FAILED) control = mapped;
    close(file);
}

static int fails(int file) {
    char link[64], path[4096];
    if (!control || !control[FIRST]) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    if (strncmp(path, folder, strlen(folder))) return 0;
    int32_t seen = __atomic_add_fetch(&control[SEEN], 1, __ATOMIC_SEQ_CST);
    if (seen < control[FIRST] || seen >= control[FIRST] + control[COUNT]) return 0;
    errno = control[ERROR];
    return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int file, const void *bytes, size_t size) {
    return fails(file) ? -1 : REAL(write)(file, bytes, size);
}
ssize_t pwrite(int file, const void *bytes, size_t size, off_t at) {
    return fails(file) ? -1 : REAL(pwrite)(file, bytes, size, at);
}
ssize_t pwrite64(int file, const void *bytes, size_t size, off64_t at) {
    return fails(file) ? -1 : REAL(pwrite64)(file, bytes, size, at);
}
int fsync(int file) {
    return fails(file) ? -1 : REAL(fsync)(file);
}
int fdatasync(int file) {
    return fails(file) ? -1 : REAL(fdatasync)(file);
}
int ftruncate(int file, off_t size) {
    return fails(file) ? -1 : REAL(ftruncate)(file, size);
}
int ftruncate64(int file, off64_t size) {
    return fails(file) ? -1 : REAL(ftruncate64)(file, size);
}
