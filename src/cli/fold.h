/*
 * Folding at words. What is copied is never broken: a word stays whole, however long, and so does a line that is a command.
 */
#ifndef FOLD_H
#define FOLD_H

#include <stdio.h>

/* Where text is folded: behind `indent` blanks, at `width` columns; the line under way has `column` of them. */
struct fold {
	FILE *out;
	size_t indent, width, column;
};

/* fold_paragraphs(fold, text): prints paragraphs, each as one, and ends the line. A line break begins a line, an empty line stays. A
   line that begins with a digit and a dot is a step, and goes on behind them. */
void fold_paragraphs(struct fold fold, const char *text);

/* fold_lines(out, data, size, width): prints lines that are laid out already. One that is wider than `width` goes on below, behind its
   label: what stands in front of a gap of two blanks, a list's mark, the words in capitals or the word with a colon that it begins
   with; without any, two blanks behind its margin. What is copied stays as it is: a line of at most six words that begins with
   `hansard`, which is a command, and one that begins with an em dash, which says who signed a head. A character counts as one column:
   what may hold wide ones is folded by the library, which knows them. */
void fold_lines(FILE *out, const char *data, size_t size, size_t width);

#endif
