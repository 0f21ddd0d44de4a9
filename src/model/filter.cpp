// The grammar of -k, as pytest has it:
//
//   expression: and_test ("or" and_test)*      and_test: not_test ("and" not_test)*
//   not_test: "not" not_test | "(" expression ")" | word
#include "model/filter.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <functional>
#include <optional>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/list.hpp"

namespace benchkit {
namespace {

using IdTest = std::function<bool(std::string_view lower_case_id)>;
using DimTest = std::function<bool(const DimValue&)>;

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

bool is_blank(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

class ExpressionParser {
 public:
  explicit ExpressionParser(std::string_view text) : text_(text) { next(); }

  IdTest parse() {
    IdTest test = either();
    if (token_.kind != Kind::end) complain("an operator (and, or) is missing before it");
    return test;
  }

 private:
  enum class Kind { word, quoted, open, close, end };
  struct Token {
    Kind kind = Kind::end;
    std::string text;
    std::size_t column = 1;
  };

  [[noreturn]] void complain(const std::string& what) const {
    const std::string shown = token_.kind == Kind::end ? "its end" : "\"" + token_.text + "\"";
    throw Error(fmt::format("the expression \"{}\" cannot be read at {}: {}", text_, shown, what), fmt::format("-k:{}", token_.column),
                "write words with and, or, not and parentheses: -k 'sort and not (list or deque)'");
  }

  void next() {
    while (place_ < text_.size() && is_blank(text_[place_])) ++place_;
    token_ = {Kind::end, {}, place_ + 1};
    if (place_ == text_.size()) return;
    const char c = text_[place_];
    if (c == '(' || c == ')') {
      token_.kind = c == '(' ? Kind::open : Kind::close;
      token_.text = c;
      ++place_;
    } else if (c == '"' || c == '\'') {
      const std::size_t end = text_.find(c, place_ + 1);
      token_.kind = Kind::quoted;
      token_.text = text_.substr(place_ + 1, end == std::string_view::npos ? end : end - place_ - 1);
      if (end == std::string_view::npos) complain("the quotation mark is not closed");
      place_ = end + 1;
    } else {
      token_.kind = Kind::word;
      while (place_ < text_.size() && !is_blank(text_[place_]) && text_[place_] != '(' && text_[place_] != ')')
        token_.text += text_[place_++];
    }
  }

  bool take_word(std::string_view word) {
    if (token_.kind != Kind::word || token_.text != word) return false;
    next();
    return true;
  }

  IdTest either() {
    IdTest test = both();
    while (take_word("or")) test = [left = std::move(test), right = both()](std::string_view id) { return left(id) || right(id); };
    return test;
  }

  IdTest both() {
    IdTest test = single();
    while (take_word("and")) test = [left = std::move(test), right = single()](std::string_view id) { return left(id) && right(id); };
    return test;
  }

  IdTest single() {
    if (++depth_ > kDeepest) complain("it is nested too deeply");
    IdTest test = single_at_depth();
    --depth_;
    return test;
  }

  IdTest single_at_depth() {
    if (take_word("not")) return [inner = single()](std::string_view id) { return !inner(id); };
    if (token_.kind == Kind::open) {
      next();
      IdTest inner = either();
      if (token_.kind != Kind::close) complain("a closing parenthesis is missing");
      next();
      return inner;
    }
    const bool operator_word = token_.kind == Kind::word && (token_.text == "and" || token_.text == "or");
    if (operator_word || token_.kind == Kind::close || token_.kind == Kind::end) complain("a word is missing here");
    IdTest test = [word = lower(token_.text)](std::string_view id) { return id.find(word) != std::string_view::npos; };
    next();
    return test;
  }

  static constexpr int kDeepest = 200;
  std::string_view text_;
  std::size_t place_ = 0;
  int depth_ = 0;
  Token token_;
};

std::optional<double> number_of(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Equality as a person means it: numbers by value, booleans as C++ or Python write them, everything by its text.
DimTest equals(const std::string& wanted) {
  return [wanted, number = number_of(wanted)](const DimValue& value) {
    if (number && value.is_number()) return value.number() == *number;
    const bool is_flag = std::holds_alternative<bool>(value.variant());
    return value.text() == (is_flag ? lower(wanted) : wanted);
  };
}

DimTest any_of(std::string_view list) {
  std::vector<DimTest> tests;
  base::for_each_part(list, [&](std::string_view part) { tests.push_back(equals(std::string(part))); });
  return
      [tests](const DimValue& value) { return std::any_of(tests.begin(), tests.end(), [&](const DimTest& test) { return test(value); }); };
}

[[noreturn]] void complain_condition(std::string_view condition, const char* what) {
  throw Error(fmt::format("the condition \"{}\" cannot be read: {}", condition, what), "--where",
              "write DIM=VALUE, DIM!=VALUE, DIM=A,B, DIM>=10, DIM<10 or DIM=10..100");
}

double bound(std::string_view text, std::string_view condition) {
  const auto value = number_of(text);
  if (!value) complain_condition(condition, "this comparison needs numbers");
  return *value;
}

DimTest condition_test(std::string_view comparison, std::string_view value, std::string_view condition) {
  if (comparison == "!=") return [test = any_of(value)](const DimValue& dim) { return !test(dim); };
  if (comparison == "=" || comparison == "==") {
    const std::size_t dots = value.find("..");
    if (dots == std::string_view::npos) return any_of(value);
    const auto low = number_of(value.substr(0, dots));
    const auto high = number_of(value.substr(dots + 2));
    if (!low || !high) return any_of(value);  // a text with dots, such as ../x
    return [low = *low, high = *high](const DimValue& dim) { return dim.is_number() && dim.number() >= low && dim.number() <= high; };
  }
  const double limit = bound(value, condition);
  const auto numeric = [limit](auto compare) -> DimTest {
    return [limit, compare](const DimValue& dim) { return dim.is_number() && compare(dim.number(), limit); };
  };
  if (comparison == ">=") return numeric(std::greater_equal<>());
  if (comparison == "<=") return numeric(std::less_equal<>());
  if (comparison == ">") return numeric(std::greater<>());
  return numeric(std::less<>());
}

}  // namespace

struct Filter::State {
  struct Condition {
    std::string dim;
    DimTest test;
  };
  std::vector<std::string> expressions;
  std::vector<std::string> conditions;
  std::vector<std::string> ids;
  std::vector<IdTest> id_tests;
  std::vector<Condition> dim_tests;
};

Filter::Filter() : state_(std::make_shared<State>()) {}
Filter::~Filter() = default;
Filter::Filter(const Filter&) = default;
Filter& Filter::operator=(const Filter&) = default;

void Filter::add_expression(std::string_view expression) {
  auto state = std::make_shared<State>(*state_);
  state->id_tests.push_back(ExpressionParser(expression).parse());
  state->expressions.emplace_back(expression);
  state_ = std::move(state);
}

void Filter::add_where(std::string_view condition) {
  const std::size_t begin = condition.find_first_of("=<>!");
  if (begin == std::string_view::npos) complain_condition(condition, "it has no comparison");
  if (begin == 0) complain_condition(condition, "it names no dim");
  std::size_t end = begin + 1;
  if (end < condition.size() && condition[end] == '=') ++end;
  const std::string_view comparison = condition.substr(begin, end - begin);
  if (comparison == "!") complain_condition(condition, "it has no comparison");
  auto state = std::make_shared<State>(*state_);
  state->dim_tests.push_back({std::string(condition.substr(0, begin)), condition_test(comparison, condition.substr(end), condition)});
  state->conditions.emplace_back(condition);
  state_ = std::move(state);
}

void Filter::add_id(std::string_view id) {
  auto state = std::make_shared<State>(*state_);
  state->ids.emplace_back(id);
  state_ = std::move(state);
}

bool Filter::empty() const noexcept { return state_->id_tests.empty() && state_->dim_tests.empty() && state_->ids.empty(); }
const std::vector<std::string>& Filter::expressions() const noexcept { return state_->expressions; }
const std::vector<std::string>& Filter::conditions() const noexcept { return state_->conditions; }
const std::vector<std::string>& Filter::ids() const noexcept { return state_->ids; }

bool Filter::matches(std::string_view id, const Dims& dims) const {
  const auto dim_matches = [&](const State::Condition& condition) {
    const DimValue* value = dims.find(condition.dim);
    return value != nullptr && condition.test(*value);
  };
  if (!std::all_of(state_->dim_tests.begin(), state_->dim_tests.end(), dim_matches)) return false;
  if (!state_->ids.empty() && std::find(state_->ids.begin(), state_->ids.end(), id) == state_->ids.end()) return false;
  if (state_->id_tests.empty()) return true;
  const std::string lower_case_id = lower(id);
  return std::all_of(state_->id_tests.begin(), state_->id_tests.end(), [&](const IdTest& test) { return test(lower_case_id); });
}

std::string Filter::why_nothing(std::span<const Dims* const> cases) const {
  static constexpr std::size_t kMostNamed = 8;
  const auto add = [](std::vector<std::string>& words, std::string word) {
    if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(std::move(word));
  };
  for (std::size_t i = 0; i < state_->dim_tests.size(); ++i) {
    const State::Condition& condition = state_->dim_tests[i];
    std::vector<std::string> names;
    std::vector<std::string> values;
    bool met = false;
    for (const Dims* dims : cases) {
      for (const auto& [name, value] : *dims) {
        add(names, name);
        if (name == condition.dim) add(values, value.text());
        met = met || (name == condition.dim && condition.test(value));
      }
    }
    if (met) continue;
    if (names.empty()) return fmt::format("--where {}: these cases have no dims", state_->conditions[i]);
    if (values.empty()) return fmt::format("no case has the dim \"{}\"; there are: {}", condition.dim, base::some_of(names, kMostNamed));
    return fmt::format("no case has {}; {} is one of: {}", state_->conditions[i], condition.dim, base::some_of(values, kMostNamed));
  }
  return {};
}

}  // namespace benchkit
