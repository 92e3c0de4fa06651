/*
 * The command line: see options.h. Options that run code (-e, -l, -W) are only counted here: main.c
 * carries them out in their order.
 * Layer: cli.
 */
#include "options.h"

#include <string.h>

#include "cli.h"
#include "limits.h"

void options_print_usage(FILE *out) {
  fprintf(out,
          "usage: %s [options] [script [args]]\n"
          "Available options are:\n"
          "  -e stat   execute string 'stat'\n"
          "  -i        enter interactive mode after executing 'script'\n"
          "  -l mod    require library 'mod' into global 'mod'\n"
          "  -l g=mod  require library 'mod' into global 'g'\n"
          "  -v        show version information\n"
          "  -E        ignore environment variables\n"
          "  -W        turn warnings on\n"
          "  --max-memory size  let the program hold at most that much memory (such as 64M)\n"
          "  --timeout time     stop the program after that time (such as 2s, 500ms)\n"
          "  --        stop handling options\n"
          "  -         stop handling options and execute stdin\n"
          "Options that run nothing:\n"
          "  -c        compile 'script' to a binary chunk\n"
          "  -o file   write the binary chunk to 'file' (default is \"luac.out\")\n"
          "  -s        strip debug information from the binary chunk\n"
          "  -p        only check the syntax of the files that follow\n"
          "  --dump file  list the bytecode of 'file'\n"
          "  --version    show version information\n"
          "  --help       show this text\n",
          run_program());
}

static void complain(Options *options, const char *format, const char *option) {
  fprintf(stderr, "%s: ", run_program());
  fprintf(stderr, format, option);
  fputc('\n', stderr);
  options_print_usage(stderr);
  options->bad = true;
}

/* Options of more than a letter. Returns the index of the last argument it took, or 0. */
static int parse_long(Options *options, char **argv, int i) {
  if (strcmp(argv[i], "--help") == 0) {
    options->help = true;
    return i;
  }
  if (strcmp(argv[i], "--version") == 0) {
    options->only_version = true;
    return i;
  }
  if (strcmp(argv[i], "--dump") == 0 && argv[i + 1] != NULL) {
    options->dump = argv[i + 1];
    return i + 1;
  }
  if (strcmp(argv[i], "--max-memory") == 0 && argv[i + 1] != NULL)
    return limits_parse_memory(argv[i + 1], &options->max_memory) ? i + 1 : 0;
  if (strcmp(argv[i], "--timeout") == 0 && argv[i + 1] != NULL)
    return limits_parse_time(argv[i + 1], &options->timeout) ? i + 1 : 0;
  return 0;
}

/* An option of one letter that takes no argument; false if there is none of that name. */
static bool set_flag(Options *options, char letter) {
  switch (letter) {
    case 'E': options->no_environment = true; return true;
    case 'W': return true;
    case 'c': options->compile = true; return true;
    case 'i': options->interactive = options->version = true; return true;
    case 'p': options->check = true; return true;
    case 's': options->strip = true; return true;
    case 'v': options->version = true; return true;
    default: return false;
  }
}

/* The argument of an option of one letter: the rest of the word, or the next one. A name may be "-"
 * alone. Returns the index where it ends, or 0. */
static int parse_argument(char **argv, int i, bool is_name, const char **argument) {
  if (argv[i][2] != '\0') {
    *argument = argv[i] + 2;
    return i;
  }
  *argument = argv[i + 1];
  bool missing = *argument == NULL ||
                 ((*argument)[0] == '-' && !(is_name && (*argument)[1] == '\0'));
  return missing ? 0 : i + 1;
}

/* Takes note of the option at `i`. Returns the index of the last argument it took, or 0 if it is
 * malformed. */
static int parse_option(Options *options, char **argv, int i) {
  const char *code;
  switch (argv[i][1]) {
    case '-':
      return parse_long(options, argv, i);
    case 'e':
      options->execute = true;
      return parse_argument(argv, i, false, &code);
    case 'l':
      return parse_argument(argv, i, false, &code);
    case 'o':
      return parse_argument(argv, i, true, &options->output);
    default:
      return argv[i][2] == '\0' && set_flag(options, argv[i][1]) ? i : 0;
  }
}

static bool takes_argument(const char *option) {
  return strchr("elo", option[1]) != NULL || strcmp(option, "--dump") == 0 ||
         strcmp(option, "--max-memory") == 0 || strcmp(option, "--timeout") == 0;
}

/* What can only be seen when all options are known. */
static void check_combination(Options *options, char **argv) {
  bool has_file = argv[options->first] != NULL;
  if (!options->compile && (options->strip || options->output != NULL))
    complain(options, "'%s' needs '-c'", options->strip ? "-s" : "-o");
  else if (options->compile && options->check)
    complain(options, "'-c' and '%s' exclude each other", "-p");
  else if ((options->compile || options->check) && !has_file)
    complain(options, "'%s' needs a file", options->compile ? "-c" : "-p");
  else if (options->compile && argv[options->first + 1] != NULL)
    complain(options, "'-c' compiles one file; what is '%s'?", argv[options->first + 1]);
}

Options options_parse(char **argv) {
  Options options = {.first = argv[0] != NULL};
  while (argv[options.first] != NULL) {
    const char *argument = argv[options.first];
    if (argument[0] != '-' || argument[1] == '\0')
      break;
    if (strcmp(argument, "--") == 0) {
      options.first++;
      break;
    }
    int last = parse_option(&options, argv, options.first);
    if (last == 0) {
      complain(&options, takes_argument(argument) ? "'%s' needs argument"
                                                  : "unrecognized option '%s'", argument);
      return options;
    }
    options.first = last + 1;
  }
  check_combination(&options, argv);
  return options;
}
