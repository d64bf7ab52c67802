// A file system in memory that promises what POSIX promises and not a byte more: the bytes of a file last from the fsync of the file,
// its name from the fsync of its folder, and nothing else lasts. Extended attributes of its root are the test's levers:
//   user.arm  n        the power goes at the nth call from now that changes something: the caller is killed, and nobody gets an answer
//   user.cut  nothing  the power comes back, and what was not synced is gone
//   user.cut  names    the same, but names have lasted (a journal of metadata does that): files may be found empty
//   user.count         calls so far that changed something
#define FUSE_USE_VERSION 31
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <fuse3/fuse.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { PAGE = 4096 };

// A page that is part of something synced is never written again, but replaced: so syncing costs nothing.
typedef struct { int is_kept; char bytes[PAGE]; } Page;
typedef struct { Page **pages; size_t count; off_t size; } Bytes;
typedef struct { char *name; struct Node *node; } Entry;
typedef struct { Entry *list; size_t count; } Names;
// Nothing is ever freed: a process may still hold what a cut has forgotten, and a test is short.
typedef struct Node { ino_t number; mode_t mode; Bytes bytes, kept_bytes; Names names, kept_names; } Node;

static Node *root;
static long calls, cut_at;
static int is_dark;

static Node *make(mode_t mode) {
  static ino_t number;
  Node *node = calloc(1, sizeof *node);
  node->number = ++number;
  node->mode = mode;
  return node;
}

static Entry *entry(Node *folder, const char *name) {
  for (size_t i = 0; i < folder->names.count; i++)
    if (!strcmp(folder->names.list[i].name, name)) return &folder->names.list[i];
  return NULL;
}

static Names copy_names(Names names) {
  Names copy = {calloc(names.count ? names.count : 1, sizeof(Entry)), names.count};
  for (size_t i = 0; i < names.count; i++) copy.list[i] = (Entry){strdup(names.list[i].name), names.list[i].node};
  return copy;
}

static void put(Node *folder, const char *name, Node *node) {
  Entry *known = entry(folder, name);
  if (known) { known->node = node; return; }
  folder->names.list = realloc(folder->names.list, (folder->names.count + 1) * sizeof(Entry));
  folder->names.list[folder->names.count++] = (Entry){strdup(name), node};
}

static void drop(Node *folder, const char *name) {
  Entry *gone = entry(folder, name);
  if (gone) *gone = folder->names.list[--folder->names.count];
}

static Node *find(const char *path) {
  Node *node = root;
  char text[4096], *rest = text, *name;
  snprintf(text, sizeof text, "%s", path);
  while (node && (name = strsep(&rest, "/"))) {
    if (!*name) continue;
    Entry *next = S_ISDIR(node->mode) ? entry(node, name) : NULL;
    node = next ? next->node : NULL;
  }
  return node;
}

static Node *parent(const char *path, const char **name) {
  char text[4096];
  snprintf(text, sizeof text, "%s", path);
  *name = strrchr(path, '/') + 1;
  *strrchr(text, '/') = 0;
  return find(text);
}

static Node *of(const char *path, struct fuse_file_info *file) { return file && file->fh ? (Node *)file->fh : find(path); }

static void resize(Bytes *bytes, off_t size) {
  size_t count = (size + PAGE - 1) / PAGE;
  if (count > bytes->count) {
    bytes->pages = realloc(bytes->pages, count * sizeof(Page *));
    memset(bytes->pages + bytes->count, 0, (count - bytes->count) * sizeof(Page *));
  } else {
    for (size_t i = count; i < bytes->count; i++) bytes->pages[i] = NULL;
  }
  bytes->count = count;
  bytes->size = size;
}

static Page *page_to_write(Bytes *bytes, size_t index) {
  Page *page = bytes->pages[index];
  if (page && !page->is_kept) return page;
  Page *fresh = calloc(1, sizeof *fresh);
  if (page) memcpy(fresh->bytes, page->bytes, PAGE);
  return bytes->pages[index] = fresh;
}

static Bytes keep(Bytes bytes) {
  Bytes kept = {malloc((bytes.count + 1) * sizeof(Page *)), bytes.count, bytes.size};
  for (size_t i = 0; i < bytes.count; i++) {
    kept.pages[i] = bytes.pages[i];
    if (kept.pages[i]) kept.pages[i]->is_kept = 1;
  }
  return kept;
}

// What is found when the power is back: a copy, for a folder that was moved and only one of its two names synced is there twice.
static Node *found(Node *node, int names_last) {
  Node *copy = make(node->mode);
  if (S_ISREG(node->mode)) {
    copy->bytes = keep(node->kept_bytes);
    copy->kept_bytes = keep(node->kept_bytes);
    return copy;
  }
  copy->names = copy_names(names_last ? node->names : node->kept_names);
  for (size_t i = 0; i < copy->names.count; i++) copy->names.list[i].node = found(copy->names.list[i].node, names_last);
  copy->kept_names = copy_names(copy->names);
  return copy;
}

static int changes(void) {
  if (is_dark) return -EIO;
  if (++calls != cut_at) return 0;
  is_dark = 1;
  kill(fuse_get_context()->pid, SIGKILL);
  return -EIO;
}

#define CHANGES() do { int error = changes(); if (error) return error; } while (0)
#define LIGHT() do { if (is_dark) return -EIO; } while (0)

static int fs_getattr(const char *path, struct stat *status, struct fuse_file_info *file) {
  Node *node = of(path, file);
  if (!node) return -ENOENT;
  *status = (struct stat){.st_ino = node->number, .st_mode = node->mode, .st_nlink = S_ISDIR(node->mode) ? 2 : 1, .st_size = node->bytes.size,
    .st_uid = getuid(), .st_gid = getgid(), .st_blocks = node->bytes.count * 8};
  return 0;
}

static int fs_opendir(const char *path, struct fuse_file_info *file) {
  LIGHT();
  file->fh = (uint64_t)find(path);
  return file->fh ? 0 : -ENOENT;
}

static int fs_readdir(const char *path, void *out, fuse_fill_dir_t fill, off_t at, struct fuse_file_info *file, enum fuse_readdir_flags flags) {
  (void)at, (void)flags;
  LIGHT();
  Node *folder = of(path, file);
  fill(out, ".", NULL, 0, 0);
  fill(out, "..", NULL, 0, 0);
  for (size_t i = 0; i < folder->names.count; i++) fill(out, folder->names.list[i].name, NULL, 0, 0);
  return 0;
}

static int add(const char *path, mode_t mode, Node **node) {
  const char *name;
  Node *folder = parent(path, &name);
  if (!folder) return -ENOENT;
  if (entry(folder, name)) return -EEXIST;
  CHANGES();
  put(folder, name, *node = make(mode));
  return 0;
}

static int fs_create(const char *path, mode_t mode, struct fuse_file_info *file) {
  Node *node;
  int error = add(path, S_IFREG | (mode & 0777), &node);
  if (!error) file->fh = (uint64_t)node;
  return error;
}

static int fs_mkdir(const char *path, mode_t mode) {
  Node *node;
  return add(path, S_IFDIR | (mode & 0777), &node);
}

static int fs_open(const char *path, struct fuse_file_info *file) {
  LIGHT();
  Node *node = find(path);
  if (!node) return -ENOENT;
  file->fh = (uint64_t)node;
  if (!(file->flags & O_TRUNC)) return 0;
  CHANGES();
  resize(&node->bytes, 0);
  return 0;
}

static int fs_read(const char *path, char *out, size_t count, off_t at, struct fuse_file_info *file) {
  LIGHT();
  Bytes *bytes = &of(path, file)->bytes;
  if (at >= bytes->size) return 0;
  if (at + (off_t)count > bytes->size) count = bytes->size - at;
  for (size_t done = 0; done < count;) {
    size_t inside = (at + done) % PAGE, part = PAGE - inside < count - done ? PAGE - inside : count - done;
    Page *page = bytes->pages[(at + done) / PAGE];
    if (page) memcpy(out + done, page->bytes + inside, part); else memset(out + done, 0, part);
    done += part;
  }
  return count;
}

static int fs_write(const char *path, const char *data, size_t count, off_t at, struct fuse_file_info *file) {
  CHANGES();
  Bytes *bytes = &of(path, file)->bytes;
  if (at + (off_t)count > bytes->size) resize(bytes, at + count);
  for (size_t done = 0; done < count;) {
    size_t inside = (at + done) % PAGE, part = PAGE - inside < count - done ? PAGE - inside : count - done;
    memcpy(page_to_write(bytes, (at + done) / PAGE)->bytes + inside, data + done, part);
    done += part;
  }
  return count;
}

static int fs_truncate(const char *path, off_t size, struct fuse_file_info *file) {
  Node *node = of(path, file);
  if (!node) return -ENOENT;
  CHANGES();
  resize(&node->bytes, size);
  if (size % PAGE && node->bytes.pages[size / PAGE]) memset(page_to_write(&node->bytes, size / PAGE)->bytes + size % PAGE, 0, PAGE - size % PAGE);
  return 0;
}

static int fs_fallocate(const char *path, int mode, off_t at, off_t count, struct fuse_file_info *file) {
  if (mode) return -EOPNOTSUPP;
  CHANGES();
  Bytes *bytes = &of(path, file)->bytes;
  if (at + count > bytes->size) resize(bytes, at + count);
  return 0;
}

static int fs_unlink(const char *path) {
  const char *name;
  Node *folder = parent(path, &name);
  if (!folder || !entry(folder, name)) return -ENOENT;
  CHANGES();
  drop(folder, name);
  return 0;
}

static int fs_rmdir(const char *path) {
  Node *node = find(path);
  if (node && node->names.count) return -ENOTEMPTY;
  return fs_unlink(path);
}

static int fs_rename(const char *from, const char *to, unsigned flags) {
  const char *old_name, *new_name;
  Node *old_folder = parent(from, &old_name), *new_folder = parent(to, &new_name);
  Entry *moved = old_folder ? entry(old_folder, old_name) : NULL;
  if (!moved || !new_folder) return -ENOENT;
  if (flags) return -EINVAL;
  Entry *replaced = entry(new_folder, new_name);
  if (replaced && S_ISDIR(replaced->node->mode) && replaced->node->names.count) return -ENOTEMPTY;
  CHANGES();
  Node *node = moved->node;
  drop(old_folder, old_name);
  put(new_folder, new_name, node);
  return 0;
}

static int fs_fsync(const char *path, int data_only, struct fuse_file_info *file) {
  (void)data_only;
  CHANGES();
  Node *node = of(path, file);
  node->kept_bytes = keep(node->bytes);
  return 0;
}

static int fs_fsyncdir(const char *path, int data_only, struct fuse_file_info *file) {
  (void)data_only;
  CHANGES();
  Node *node = of(path, file);
  node->kept_names = copy_names(node->names);
  return 0;
}

static int fs_chmod(const char *path, mode_t mode, struct fuse_file_info *file) {
  Node *node = of(path, file);
  if (!node) return -ENOENT;
  node->mode = (node->mode & S_IFMT) | (mode & 07777);
  return 0;
}

static int fs_chown(const char *path, uid_t user, gid_t group, struct fuse_file_info *file) {
  (void)path, (void)user, (void)group, (void)file;
  return 0;
}

static int fs_utimens(const char *path, const struct timespec times[2], struct fuse_file_info *file) {
  (void)path, (void)times, (void)file;
  return 0;
}

static int fs_statfs(const char *path, struct statvfs *status) {
  (void)path;
  *status = (struct statvfs){.f_bsize = PAGE, .f_frsize = PAGE, .f_blocks = 1 << 22, .f_bfree = 1 << 22, .f_bavail = 1 << 22,
    .f_files = 1 << 20, .f_ffree = 1 << 20, .f_favail = 1 << 20, .f_namemax = 255};
  return 0;
}

static int fs_setxattr(const char *path, const char *name, const char *value, size_t size, int flags) {
  (void)path, (void)flags;
  char text[32] = "";
  memcpy(text, value, size < sizeof text - 1 ? size : sizeof text - 1);
  if (!strcmp(name, "user.arm")) {
    cut_at = atol(text) ? calls + atol(text) : 0;
  } else if (!strcmp(name, "user.cut")) {
    root = found(root, !strcmp(text, "names"));
    is_dark = 0;
    cut_at = 0;
  } else {
    return -EOPNOTSUPP;
  }
  return 0;
}

static int fs_getxattr(const char *path, const char *name, char *out, size_t size) {
  (void)path;
  if (strcmp(name, "user.count")) return -ENODATA;
  char text[32];
  int length = snprintf(text, sizeof text, "%ld", calls);
  if (size == 0) return length;
  if ((size_t)length > size) return -ERANGE;
  memcpy(out, text, length);
  return length;
}

static void *fs_init(struct fuse_conn_info *connection, struct fuse_config *config) {
  (void)connection;
  // The kernel keeps nothing back and remembers nothing: after a cut it has to ask.
  config->use_ino = config->hard_remove = config->direct_io = 1;
  config->entry_timeout = config->attr_timeout = config->negative_timeout = 0;
  return NULL;
}

static const struct fuse_operations operations = {
  .init = fs_init, .getattr = fs_getattr, .opendir = fs_opendir, .readdir = fs_readdir, .create = fs_create, .mkdir = fs_mkdir,
  .open = fs_open, .read = fs_read, .write = fs_write, .truncate = fs_truncate, .fallocate = fs_fallocate, .unlink = fs_unlink,
  .rmdir = fs_rmdir, .rename = fs_rename, .fsync = fs_fsync, .fsyncdir = fs_fsyncdir, .chmod = fs_chmod, .chown = fs_chown,
  .utimens = fs_utimens, .statfs = fs_statfs, .setxattr = fs_setxattr, .getxattr = fs_getxattr,
};

int main(int count, char **words) {
  root = make(S_IFDIR | 0755);
  return fuse_main(count, words, &operations, NULL);
}
