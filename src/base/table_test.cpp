#include "base/table.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace benchkit::base {
namespace {

Table sample_table() {
  Table table;
  table.columns = {{.title = "case", .shrink = true}, {.title = "time", .align = Align::right}};
  table.rows.push_back({.cells = {{"sorting"}}, .heading = true});
  table.rows.push_back({.cells = {{"a"}, {"1.5"}}});
  table.rows.push_back({.cells = {{"a rather long name of a case"}, {"1234", Tone::bad}}});
  table.notes = {"unpaired"};
  return table;
}

TEST(Table, ColumnsAreAlignedAndNothingTrails) {
  EXPECT_EQ(render_text(sample_table(), {}),
            "case                          time\n"
            "\n"
            "sorting\n"
            "a                              1.5\n"
            "a rather long name of a case  1234\n"
            "\n"
            "unpaired\n");
}

TEST(Table, ItFitsTheTerminal) {
  std::istringstream lines(render_text(sample_table(), {.width = 20}));
  for (std::string line; std::getline(lines, line);) EXPECT_LE(display_width(line), 20u) << line;
}

TEST(Table, TooWideATableIsShownInPartsThatRepeatTheKeys) {
  Table table;
  table.columns = {
      {.title = "n", .key = true}, {.title = "first"}, {.title = "±", .joined = true}, {.title = "second"}, {.title = "±", .joined = true}};
  table.rows.push_back({.cells = {{"10"}, {"1.5"}, {"1%"}, {"2.5"}, {"2%"}}});
  EXPECT_EQ(render_text(table, {.width = 14}),
            "n   first  ±\n"
            "10  1.5    1%\n"
            "\n"
            "n   second  ±\n"
            "10  2.5     2%\n");
  EXPECT_EQ(render_text(table, {.width = 26}), render_text(table, {}));
}

TEST(Table, ColoursOnlyWhereAskedFor) {
  EXPECT_EQ(render_text(sample_table(), {}).find('\033'), std::string::npos);
  EXPECT_NE(render_text(sample_table(), {.width = 0, .colour = true}).find("\033["), std::string::npos);
}

TEST(Table, WidthsAreThoseOfTheTerminal) {
  EXPECT_EQ(display_width("abc"), 3u);
  EXPECT_EQ(display_width("µs ±"), 4u);
  EXPECT_EQ(display_width("日本"), 4u);
  EXPECT_EQ(display_width("e\u0301"), 1u);
}

TEST(Table, ShorteningKeepsBothEnds) {
  EXPECT_EQ(shorten("abcdefghij", 10), "abcdefghij");
  const std::string text = shorten("abcdefghij", 5);
  EXPECT_LE(display_width(text), 5u);
  EXPECT_EQ(text.front(), 'a');
  EXPECT_EQ(text.back(), 'j');
}

TEST(Table, AnIdCannotMoveTheCursor) {
  Table table;
  table.columns = {{.title = "case"}};
  table.rows.push_back({.cells = {{"evil\033[2J\r\nname"}}});
  const std::string text = render_text(table, {});
  EXPECT_EQ(text.find('\033'), std::string::npos);
  EXPECT_EQ(text.find('\r'), std::string::npos);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
}

TEST(Table, WhatATextCouldDoToATerminalIsMadeVisible) {
  EXPECT_EQ(printable("a\n\tb"), "a\\n\\tb");
  EXPECT_EQ(printable("\033[31m"), "\\x1b[31m");
  EXPECT_EQ(printable("\xc2\x9b"
                      "31m"),
            "\\x9b31m")
      << "C1's own CSI";
  EXPECT_EQ(printable("\x9b\xff"), "\\x9b\\xff") << "bytes that are no UTF-8";
  EXPECT_EQ(printable("\u202eevil"), "\\u202eevil");
  EXPECT_EQ(printable("\u2066x"), "\\u2066x");
  EXPECT_EQ(printable("\u200fx"), "\\u200fx");
  EXPECT_EQ(printable("\ufffe\uffff"), "\\ufffe\\uffff") << "no characters";
  EXPECT_EQ(printable("µ é 日本 ±"), "µ é 日本 ±");
}

TEST(Table, MarkdownTakesNothingOfACellForItsOwn) {
  Table table;
  table.columns = {{.title = "c"}};
  table.rows.push_back({.cells = {{"a\\|b *c* <i>\r\nd"}}});
  EXPECT_NE(render_markdown(table).find("| a\\\\\\|b \\*c\\* &lt;i>\\\\x0d<br>d |"), std::string::npos) << render_markdown(table);
}

TEST(Table, MarkdownLeavesIdsReadable) {
  EXPECT_EQ(markdown_text("tests/test_sum.py::test_sum[list-10]"), "tests/test_sum.py::test_sum[list-10]");
  EXPECT_EQ(markdown_text("-9.5% [-10.8%, -9.1%]"), "-9.5% [-10.8%, -9.1%]");
  EXPECT_EQ(markdown_text("peak of build[100]: _PyEval_Vector, std::f<double const&>"),
            "peak of build[100]: _PyEval_Vector, std::f&lt;double const&>");
  EXPECT_EQ(markdown_text("a.__init__"), "a.\\_\\_init\\_\\_");
  EXPECT_EQ(markdown_text("[x]: http://y"), "[x\\]: http://y");
  EXPECT_EQ(markdown_text("[x](http://y) &amp; ~~z~~ $m$"), "[x\\](http://y) &amp;amp; \\~\\~z\\~\\~ \\$m\\$");
  EXPECT_EQ(markdown_text("~+1.0% [+0.5%, +1.5%]"), "~+1.0% [+0.5%, +1.5%]");
  EXPECT_EQ(markdown_text("# a"), "\\# a");
  EXPECT_EQ(markdown_text("> a"), "\\> a");
  EXPECT_EQ(markdown_text("- a"), "\\- a");
  EXPECT_EQ(markdown_text("---"), "\\---");
}

TEST(Table, HtmlEscapesAndKeepsHeadingsAndNotes) {
  Table table;
  table.columns = {{.title = "case"}, {.title = "time", .align = Align::right}};
  table.rows = {{.cells = {{"group <1>"}}, .heading = true}, {.cells = {{"<script>"}, {"1 & 2", Tone::bad}}}};
  table.notes = {"a < b", "c"};
  const std::string html = render_html(table);
  EXPECT_EQ(html.find("<script>"), std::string::npos);
  EXPECT_NE(html.find("colspan=\"2\""), std::string::npos);
  EXPECT_NE(html.find("1 &amp; 2"), std::string::npos);
  EXPECT_NE(html.find("<p><small>a &lt; b<br>\nc</small></p>"), std::string::npos);
}

TEST(Table, MarkdownAndCsvEscape) {
  Table table;
  table.columns = {{.title = "a|b"}, {.title = "c"}};
  table.rows.push_back({.cells = {{"x|y"}, {"say \"hi\", you"}}});
  EXPECT_NE(render_markdown(table).find("x\\|y"), std::string::npos);
  EXPECT_EQ(render_csv(table), "a|b,c\nx|y,\"say \"\"hi\"\", you\"\n");
}

}  // namespace
}  // namespace benchkit::base
