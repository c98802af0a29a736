/* Stands between a program and the system (LD_PRELOAD): lets the calls fail that a test names, or writes down what is
   asked of the disk. Only calls that concern files in one folder count, SQLite's own requests for memory, and what is
   sent to a server and received from it. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OPEN = 1, READ = 2, WRITE = 4, SYNC = 8, TRUNCATE = 16, NAME = 32, LOCK = 64, MAP = 128, MEMORY = 256, SERVER = 512 };

static char folder[PATH_MAX];
static size_t folder_length;
static int kinds, error_number, log_file = -1;
static long counted, first, last;
static char failed[PATH_MAX + 20];
static char *sqlite_start, *sqlite_end;

#define REAL(name) ({ static __typeof__(&name) real; if (!real) real = dlsym(RTLD_NEXT, #name); real; })

static int find_sqlite(struct dl_phdr_info *library, size_t size, void *unused) {
    (void)size, (void)unused;
    if (!strstr(library->dlpi_name, "libsqlite3"))
        return 0;
    for (int n = 0; n < library->dlpi_phnum; n++) {
        const ElfW(Phdr) *part = &library->dlpi_phdr[n];
        if (part->p_type == PT_LOAD && part->p_flags & PF_X) {
            sqlite_start = (char *)library->dlpi_addr + part->p_vaddr;
            sqlite_end = sqlite_start + part->p_memsz;
        }
    }
    return 1;
}

/* Fail the calls from the first to the last among those of some kinds; write down all calls if there is a log. */
void fail_calls(const char *within, int of_kinds, long from, long to, int with_error, int log) {
    dl_iterate_phdr(find_sqlite, NULL);
    folder_length = (size_t)snprintf(folder, sizeof folder, "%s", within);
    failed[0] = 0, counted = 0, first = from, last = to, error_number = with_error, log_file = log;
    __atomic_store_n(&kinds, of_kinds, __ATOMIC_SEQ_CST);
}

/* Let all calls be; how many there were, and whether SQLite's library was found. */
long count_calls(void) {
    __atomic_store_n(&kinds, 0, __ATOMIC_SEQ_CST);
    log_file = -1;
    return sqlite_start ? counted : -1;
}

/* Which call failed first, and on what; empty if none did. */
const char *failed_call(void) { return failed; }

static int fails(int kind, const char *call, const char *name) {
    if (!(kinds & kind))
        return 0;
    long number = __atomic_add_fetch(&counted, 1, __ATOMIC_SEQ_CST);
    if (number < first || number > last)
        return 0;
    if (!failed[0])
        snprintf(failed, sizeof failed, "%s %s", call, name);
    errno = error_number;
    return 1;
}

static int is_watched(void) { return kinds || log_file >= 0; }

static int is_within(const char *path) {
    return !strncmp(path, folder, folder_length) && (path[folder_length] == '/' || !path[folder_length]);
}

static int name_of(int file, char *name) {
    char link[40];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, name, PATH_MAX - 1);
    name[length < 0 ? 0 : length] = 0;
    return length > 0;
}

/* Whether a file that is open is in the folder, with its name. */
static int concerns(int file, char *name) {
    int before = errno, is_ours = is_watched() && name_of(file, name) && is_within(name);
    errno = before;
    return is_ours;
}

/* The same of a path, which may begin at a folder that is open. */
static int names_one(int base, const char *path, char *name) {
    if (!is_watched() || !path)
        return 0;
    int before = errno;
    char start[PATH_MAX] = "";
    if (path[0] != '/' && base == AT_FDCWD && !getcwd(start, sizeof start))
        start[0] = 0;
    else if (path[0] != '/' && base != AT_FDCWD)
        name_of(base, start);
    int fits = snprintf(name, PATH_MAX, "%s%s%s", start, start[0] ? "/" : "", path) < PATH_MAX;
    errno = before;
    return fits && is_within(name);
}

static void note(const char *what, const char *name, long long at, const void *content, size_t size) {
    if (log_file < 0)
        return;
    int before = errno;
    char head[PATH_MAX + 100];
    int length = snprintf(head, sizeof head, "%s %lld %zu %s\n", what, at, size, name);
    if (REAL(write)(log_file, head, (size_t)length) != length || REAL(write)(log_file, content, size) != (ssize_t)size)
        _exit(99);
    errno = before;
}

static int open_any(int base, const char *path, int flags, mode_t mode) {
    char name[PATH_MAX];
    int is_ours = names_one(base, path, name), is_new = 0;
    if (is_ours) {
        if (fails(OPEN, "open", name))
            return -1;
        is_new = flags & O_CREAT && faccessat(base, path, F_OK, 0) != 0;
    }
    int file = REAL(openat)(base, path, flags, mode);
    if (is_ours && file >= 0 && is_new)
        note("make", name, 0, "", 0);
    if (is_ours && file >= 0 && !is_new && flags & O_TRUNC)
        note("truncate", name, 0, "", 0);
    return file;
}

#define OPENS(called, parameters, base)                                  \
    int called parameters {                                              \
        mode_t mode = 0;                                                 \
        if (flags & (O_CREAT | O_TMPFILE)) {                             \
            va_list more;                                                \
            va_start(more, flags);                                       \
            mode = va_arg(more, mode_t);                                 \
            va_end(more);                                                \
        }                                                                \
        return open_any(base, path, flags, mode);                        \
    }
OPENS(open, (const char *path, int flags, ...), AT_FDCWD)
OPENS(open64, (const char *path, int flags, ...), AT_FDCWD)
OPENS(openat, (int base, const char *path, int flags, ...), base)
OPENS(openat64, (int base, const char *path, int flags, ...), base)

ssize_t read(int file, void *content, size_t size) {
    char name[PATH_MAX];
    return concerns(file, name) && fails(READ, "read", name) ? -1 : REAL(read)(file, content, size);
}

static ssize_t pread_any(int file, void *content, size_t size, off_t at) {
    char name[PATH_MAX];
    return concerns(file, name) && fails(READ, "read", name) ? -1 : REAL(pread)(file, content, size, at);
}
ssize_t pread(int file, void *content, size_t size, off_t at) { return pread_any(file, content, size, at); }
ssize_t pread64(int file, void *content, size_t size, off_t at) { return pread_any(file, content, size, at); }

/* A write that fails leaves half of it on the disk. */
static ssize_t pwrite_any(int file, const void *content, size_t size, off_t at) {
    char name[PATH_MAX];
    int is_ours = concerns(file, name), is_failing = is_ours && fails(WRITE, "write", name);
    ssize_t written = REAL(pwrite)(file, content, is_failing ? size / 2 : size, at);
    if (is_ours && written > 0)
        note("write", name, at, content, (size_t)written);
    if (!is_failing)
        return written;
    errno = error_number;
    return -1;
}
ssize_t pwrite(int file, const void *content, size_t size, off_t at) { return pwrite_any(file, content, size, at); }
ssize_t pwrite64(int file, const void *content, size_t size, off_t at) { return pwrite_any(file, content, size, at); }

ssize_t write(int file, const void *content, size_t size) {
    char name[PATH_MAX];
    if (file == log_file && log_file >= 0)
        return REAL(write)(file, content, size);
    if (file == STDOUT_FILENO)
        note("say", "", 0, content, size);
    int is_ours = concerns(file, name), is_failing = is_ours && fails(WRITE, "write", name);
    off_t at = is_ours && log_file >= 0 ? lseek(file, 0, fcntl(file, F_GETFL) & O_APPEND ? SEEK_END : SEEK_CUR) : 0;
    ssize_t written = REAL(write)(file, content, is_failing ? size / 2 : size);
    if (is_ours && written > 0)
        note("write", name, at, content, (size_t)written);
    if (!is_failing)
        return written;
    errno = error_number;
    return -1;
}

#define SYNCS(called)                                                    \
    int called(int file) {                                               \
        char name[PATH_MAX];                                             \
        int is_ours = concerns(file, name);                              \
        if (is_ours && fails(SYNC, "sync", name))                                      \
            return -1;                                                   \
        int result = REAL(called)(file);                                 \
        if (is_ours && !result)                                          \
            note("sync", name, 0, "", 0);                                \
        return result;                                                   \
    }
SYNCS(fsync)
SYNCS(fdatasync)

static int truncate_any(int file, off_t size) {
    char name[PATH_MAX];
    int is_ours = concerns(file, name);
    if (is_ours && fails(TRUNCATE, "truncate", name))
        return -1;
    int result = REAL(ftruncate)(file, size);
    if (is_ours && !result)
        note("truncate", name, size, "", 0);
    return result;
}
int ftruncate(int file, off_t size) { return truncate_any(file, size); }
int ftruncate64(int file, off_t size) { return truncate_any(file, size); }

static int unlink_any(int base, const char *path, int flags) {
    char name[PATH_MAX];
    int is_ours = names_one(base, path, name);
    if (is_ours && fails(NAME, "unlink", name))
        return -1;
    int result = REAL(unlinkat)(base, path, flags);
    if (is_ours && !result)
        note("unlink", name, 0, "", 0);
    return result;
}
int unlink(const char *path) { return unlink_any(AT_FDCWD, path, 0); }
int unlinkat(int base, const char *path, int flags) { return unlink_any(base, path, flags); }
int rmdir(const char *path) { return unlink_any(AT_FDCWD, path, AT_REMOVEDIR); }

static int rename_any(int base, const char *from, int other, const char *to) {
    char name[PATH_MAX], target[PATH_MAX];
    int is_ours = names_one(base, from, name) && names_one(other, to, target);
    if (is_ours && fails(NAME, "rename", name))
        return -1;
    int result = REAL(renameat)(base, from, other, to);
    if (is_ours && !result)
        note("rename", name, 0, target, strlen(target));
    return result;
}
int rename(const char *from, const char *to) { return rename_any(AT_FDCWD, from, AT_FDCWD, to); }
int renameat(int base, const char *from, int other, const char *to) { return rename_any(base, from, other, to); }

static int link_any(int base, const char *from, int other, const char *to, int flags) {
    char name[PATH_MAX], target[PATH_MAX];
    int is_ours = names_one(base, from, name) && names_one(other, to, target);
    if (is_ours && fails(NAME, "link", name))
        return -1;
    int result = REAL(linkat)(base, from, other, to, flags);
    if (is_ours && !result)
        note("link", name, 0, target, strlen(target));
    return result;
}
int link(const char *from, const char *to) { return link_any(AT_FDCWD, from, AT_FDCWD, to, 0); }
int linkat(int base, const char *from, int other, const char *to, int flags) {
    return link_any(base, from, other, to, flags);
}

int mkdir(const char *path, mode_t mode) {
    char name[PATH_MAX];
    int is_ours = names_one(AT_FDCWD, path, name);
    if (is_ours && fails(NAME, "mkdir", name))
        return -1;
    return REAL(mkdir)(path, mode);
}

static int lock_any(int file, int command, void *argument) {
    char name[PATH_MAX];
    int is_lock = (command == F_SETLK || command == F_SETLKW) && ((struct flock *)argument)->l_type != F_UNLCK;
    return is_lock && concerns(file, name) && fails(LOCK, "lock", name) ? -1 : REAL(fcntl)(file, command, argument);
}
#define LOCKS(called)                                                    \
    int called(int file, int command, ...) {                             \
        va_list more;                                                    \
        va_start(more, command);                                         \
        void *argument = va_arg(more, void *);                           \
        va_end(more);                                                    \
        return lock_any(file, command, argument);                        \
    }
LOCKS(fcntl)
LOCKS(fcntl64)

static void *map_any(void *place, size_t size, int rights, int flags, int file, off_t at) {
    char name[PATH_MAX];
    if (file >= 0 && concerns(file, name) && fails(MAP, "map", name))
        return MAP_FAILED;
    return REAL(mmap)(place, size, rights, flags, file, at);
}
void *mmap(void *place, size_t size, int rights, int flags, int file, off_t at) {
    return map_any(place, size, rights, flags, file, at);
}
void *mmap64(void *place, size_t size, int rights, int flags, int file, off_t at) {
    return map_any(place, size, rights, flags, file, at);
}

/* A connection on which a call fails is lost, both ways. */
static int loses(int file, const char *call) {
    if (!fails(SERVER, call, ""))
        return 0;
    shutdown(file, SHUT_RDWR);
    errno = error_number;
    return 1;
}
ssize_t send(int file, const void *content, size_t size, int flags) {
    return loses(file, "send") ? -1 : REAL(send)(file, content, size, flags);
}
ssize_t recv(int file, void *content, size_t size, int flags) {
    return loses(file, "receive") ? -1 : REAL(recv)(file, content, size, flags);
}

extern void *__libc_malloc(size_t size);
extern void *__libc_realloc(void *place, size_t size);

static int is_sqlite(const char *caller) { return kinds & MEMORY && caller >= sqlite_start && caller < sqlite_end; }

void *malloc(size_t size) {
    return is_sqlite(__builtin_return_address(0)) && fails(MEMORY, "memory", "") ? NULL : __libc_malloc(size);
}
void *realloc(void *place, size_t size) {
    return is_sqlite(__builtin_return_address(0)) && fails(MEMORY, "memory", "") ? NULL : __libc_realloc(place, size);
}
