#pragma once
#include <string>
#include <string_view>
#include <vector>

/// Text as Python sees it: prompts and parsed replies equal DSPy's only if white space, line ends and
/// words are the same set of characters. All take UTF-8, are linear in it, and the views they return
/// point into it.
namespace strop {

/// str.isspace() of one character.
bool is_python_space(char32_t c);

/// Whether str.splitlines() ends a line at the character.
bool is_python_line_end(char32_t c);

/// `\w` of Python's re. Exact for ASCII. Beyond it a table of blocks: letters and digits of the scripts are
/// words; punctuation, symbols and emoji are not.
bool is_word(char32_t c);

/// str.strip(), str.lstrip(), str.rstrip()
std::string_view python_strip(std::string_view text);
std::string_view python_lstrip(std::string_view text);
std::string_view python_rstrip(std::string_view text);

/// str.splitlines(): ends lines at \n, \r\n, \r, \v, \f, \x1c to \x1e, U+0085, U+2028 and U+2029.
/// A line end at the end of the text begins no further line.
std::vector<std::string_view> python_splitlines(std::string_view text);

/// inspect.cleandoc() of Python 3.11: tabs expanded to 8, the margin that all but the first line share
/// removed, and blank lines at both ends.
std::string cleandoc(std::string_view text);

/// textwrap.dedent() of Python 3.11: the leading blanks that all lines share removed; lines of
/// blanks only become empty.
std::string dedent(std::string_view text);

/// str.upper() of one character, for Latin, Greek, Cyrillic and Armenian letters that have one counterpart; every other
/// character is returned as it is.
char32_t upper(char32_t c);
/// str.lower() of one character; of U+0130, whose lower case are two, the first.
char32_t lower(char32_t c);

}  // namespace strop
