/* Jump points: see jump.h.
   Layer: runtime. */
#include "runtime/jump.h"

#if defined(__x86_64__) && defined(__LP64__)

__asm__(
    ".pushsection .text\n"
    ".p2align 6\n"
    ".globl jump_set\n"
    ".hidden jump_set\n"
    ".type jump_set, @function\n"
    "jump_set:\n"
    "  .cfi_startproc\n"
    "  movq %rbx, (%rdi)\n"
    "  movq %rbp, 8(%rdi)\n"
    "  movq %r12, 16(%rdi)\n"
    "  movq %r13, 24(%rdi)\n"
    "  movq %r14, 32(%rdi)\n"
    "  movq %r15, 40(%rdi)\n"
    "  leaq 8(%rsp), %rdx\n"
    "  movq %rdx, 48(%rdi)\n"
    "  movq (%rsp), %rdx\n"
    "  movq %rdx, 56(%rdi)\n"
    "  xorl %eax, %eax\n"
    "  ret\n"
    "  .cfi_endproc\n"
    ".size jump_set, . - jump_set\n"
    ".p2align 6\n"
    ".globl jump_go\n"
    ".hidden jump_go\n"
    ".type jump_go, @function\n"
    "jump_go:\n"
    "  .cfi_startproc\n"
    "  movq (%rdi), %rbx\n"
    "  movq 8(%rdi), %rbp\n"
    "  movq 16(%rdi), %r12\n"
    "  movq 24(%rdi), %r13\n"
    "  movq 32(%rdi), %r14\n"
    "  movq 40(%rdi), %r15\n"
    "  movl $1, %eax\n"
    "  movq 48(%rdi), %rsp\n"
    "  jmpq *56(%rdi)\n"
    "  .cfi_endproc\n"
    ".size jump_go, . - jump_go\n"
    ".popsection\n");

#endif
