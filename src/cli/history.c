/*
 * The history file: see history.h.
 * Layer: cli.
 */
#include "history.h"

#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
  KEPT_LINES = 2000, /* what a file that has twice as many is cut down to */
};

/* Finds the file's name, and makes its folders if asked to; false if there is no place for it. */
static bool find_file(char *name, size_t size, bool make_folders) {
  const char *state = getenv("XDG_STATE_HOME");
  const char *home = getenv("HOME");
  int length;
  if (state != NULL && state[0] == '/')
    length = snprintf(name, size, "%s/ferrous/history", state);
  else if (home != NULL && home[0] == '/')
    length = snprintf(name, size, "%s/.local/state/ferrous/history", home);
  else
    return false;
  if (length < 0 || (size_t)length >= size)
    return false;
  for (char *slash = strchr(name + 1, '/'); make_folders && slash != NULL;
       slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    mkdir(name, 0700); /* most exist; the last failure shows when the file is opened */
    *slash = '/';
  }
  return true;
}

static FILE *open_private(const char *name, int flags) {
  int descriptor = open(name, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0600);
  FILE *file = descriptor >= 0 ? fdopen(descriptor, "w") : NULL;
  if (file == NULL && descriptor >= 0)
    close(descriptor);
  return file;
}

static size_t count_lines(FILE *file) {
  size_t count = 0;
  for (int c; (c = getc(file)) != EOF;)
    count += c == '\n';
  rewind(file);
  return count;
}

/* Writes the last lines of `file` to a new one, which takes its place. */
static void shorten(FILE *file, size_t line_count, const char *name) {
  char new_name[PATH_MAX + 8];
  snprintf(new_name, sizeof new_name, "%s.new", name);
  FILE *new_file = open_private(new_name, O_TRUNC);
  if (new_file == NULL)
    return;
  for (int c; (c = getc(file)) != EOF;) {
    if (line_count <= KEPT_LINES)
      putc(c, new_file);
    line_count -= c == '\n';
  }
  if (fclose(new_file) == 0)
    rename(new_name, name);
  else
    remove(new_name);
  rewind(file);
}

void history_load(void (*add)(const char *line)) {
  char name[PATH_MAX];
  FILE *file = find_file(name, sizeof name, false) ? fopen(name, "re") : NULL;
  if (file == NULL)
    return;
  size_t line_count = count_lines(file);
  if (line_count > 2 * (size_t)KEPT_LINES)
    shorten(file, line_count, name);
  char *line = NULL;
  size_t capacity = 0;
  for (ssize_t length; (length = getline(&line, &capacity, file)) > 0;) {
    line[strcspn(line, "\n")] = '\0';
    if (line_count-- <= KEPT_LINES && line[0] != '\0')
      add(line);
  }
  free(line);
  fclose(file);
}

/* A line that was pasted may hold newlines; in the file, it becomes several. */
void history_append(const char *line) {
  char name[PATH_MAX];
  FILE *file = find_file(name, sizeof name, true) ? open_private(name, O_APPEND) : NULL;
  if (file == NULL)
    return;
  fprintf(file, "%s\n", line);
  fclose(file);
}
