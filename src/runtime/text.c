/* Formatted text, chunk names and line numbers: what messages are made of. See throw.h.
   Layer: runtime. */
#include "base/number_text.h"
#include "runtime/number.h"
#include "runtime/string.h"
#include "runtime/thread.h"
#include "runtime/throw.h"

#include <stdio.h>

/* A text under construction. It is made in `initial`; what does not fit there is only counted, and then all
   is made once more, in the string. So nothing is lost when an error is raised half-way. */
typedef struct Text {
  State *L;
  char *bytes;
  size_t length;
  size_t capacity;
  char initial[512];
} Text;

/* The buffer is left as it is: clearing it took as long as a short message. */
static void text_begin(Text *t, State *L) {
  t->L = L;
  t->bytes = t->initial;
  t->length = 0;
  t->capacity = sizeof t->initial;
}

static void text_add(Text *t, const char *bytes, size_t length) {
  if (likely(t->length <= t->capacity && length <= t->capacity - t->length))
    string_copy(t->L, t->bytes + t->length, bytes, length);
  t->length += length;
}

static void text_add_number(Text *t, Value number) {
  char buffer[NUMBER_TEXT_MAX];
  text_add(t, buffer, number_to_text(number, buffer));
}

static void text_add_integer(Text *t, int64_t i) {
  char buffer[NUMBER_TEXT_SIZE];
  text_add(t, buffer, int_to_text(i, buffer));
}

/* UTF-8 as extended to 2^31: from the last byte to the first. */
static void text_add_utf8(Text *t, unsigned long code) {
  char buffer[8];
  int n = 1;
  if (code < 0x80) {
    buffer[7] = (char)code;
  } else {
    unsigned limit = 0x3f;
    do {
      buffer[8 - n++] = (char)(0x80 | (code & 0x3f));
      code >>= 6;
      limit >>= 1;
    } while (code > limit);
    buffer[8 - n] = (char)((~limit << 1) | code);
  }
  text_add(t, buffer + 8 - n, (size_t)n);
}

/* One conversion; the argument list is passed by address so that it advances. */
static void text_convert(Text *t, char conversion, va_list *arguments) {
  char buffer[32];
  switch (conversion) {
    case 's': {
      const char *s = va_arg(*arguments, const char *);
      if (s == NULL) s = "(null)";
      text_add(t, s, strlen(s));
      break;
    }
    case 'c':
      buffer[0] = (char)va_arg(*arguments, int);
      text_add(t, buffer, 1);
      break;
    case 'd': text_add_integer(t, va_arg(*arguments, int)); break;
    case 'I': text_add_integer(t, va_arg(*arguments, lua_Integer)); break;
    case 'f': text_add_number(t, value_from_foreign_double(va_arg(*arguments, double))); break;
    case 'p':
      text_add(t, buffer,
               (size_t)snprintf(buffer, sizeof buffer, "%p", va_arg(*arguments, void *)));
      break;
    case 'U': text_add_utf8(t, va_arg(*arguments, unsigned long)); break;
    case '%': text_add(t, "%", 1); break;
    default:
      error_run(t->L, "invalid conversion '%%%c' to 'lua_pushfstring'", conversion);
  }
}

static void text_fill(Text *t, const char *format, va_list arguments) {
  va_list rest;
  va_copy(rest, arguments);
  const char *percent;
  while ((percent = strchr(format, '%')) != NULL) {
    text_add(t, format, (size_t)(percent - format));
    text_convert(t, percent[1], &rest);
    format = percent + 2;
  }
  va_end(rest);
  text_add(t, format, strlen(format));
}

static NOINLINE String *text_fill_string(State *L, size_t length, const char *format, va_list arguments) {
  String *s = string_new_buffer(L, length);
  Text text = {.L = L, .bytes = s->at.long_bytes, .capacity = length};
  text_fill(&text, format, arguments);
  return s;
}

const char *text_format_v(State *L, const char *format, va_list arguments) {
  Text text;
  text_begin(&text, L);
  text_fill(&text, format, arguments);
  stack_ensure(L, 1);
  String *s = text.length <= text.capacity ? string_new(L, text.initial, text.length)
                                           : text_fill_string(L, text.length, format, arguments);
  stack_push(L, value_from_string(s));
  return string_bytes(s);
}

const char *text_format(State *L, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const char *s = text_format_v(L, format, arguments);
  va_end(arguments);
  return s;
}

const char *text_add_position(State *L, const char *message, String *source, int line) {
  char id[LUA_IDSIZE];
  if (source != NULL)
    chunk_id(id, string_bytes(source), string_length(source));
  else
    memcpy(id, "?", 2);
  return text_format(L, "%s:%d: %s", id, line, message);
}

void chunk_id(char out[LUA_IDSIZE], const char *source, size_t length) {
  static const char dots[] = "...", open[] = "[string \"", close[] = "\"]";
  size_t room = LUA_IDSIZE - 1;
  if (*source == '=' || *source == '@') {
    source++;
    length--;
    if (length <= room) {
      memcpy(out, source, length + 1);
    } else if (source[-1] == '=') {
      memcpy(out, source, room);
      out[room] = '\0';
    } else { /* the end of a file name tells more than its beginning */
      memcpy(out, dots, 3);
      memcpy(out + 3, source + length - (room - 3), room - 3 + 1);
    }
    return;
  }
  const char *newline = memchr(source, '\n', length);
  bool cut = newline != NULL;
  if (cut) length = (size_t)(newline - source);
  room -= sizeof open - 1 + sizeof close - 1;
  if (length > room - 4 || cut) {
    cut = true;
    if (length > room - 3) length = room - 3;
  }
  char *p = out;
  memcpy(p, open, sizeof open - 1);
  p += sizeof open - 1;
  memcpy(p, source, length);
  p += length;
  if (cut) {
    memcpy(p, dots, 3);
    p += 3;
  }
  memcpy(p, close, sizeof close);
}

int proto_line(const Proto *p, uint32_t pc) {
  uint32_t low = 0, high = p->line_count;
  while (low < high) { /* the first entry past pc */
    uint32_t middle = low + (high - low) / 2;
    if (p->lines[middle].pc <= pc)
      low = middle + 1;
    else
      high = middle;
  }
  return low == 0 ? -1 : p->lines[low - 1].line;
}
