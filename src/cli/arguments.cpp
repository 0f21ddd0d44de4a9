#include "cli/arguments.hpp"

#include <cstdint>
#include <optional>

#include <CLI/CLI.hpp>

namespace benchkit::cli {

Argument* Argument::type_name(const std::string& name) {
  option_->type_name(name);
  return this;
}

Argument* Argument::expected(int count) {
  option_->expected(count);
  return this;
}

Argument* Argument::expected(int least, int most) {
  option_->expected(least, most);
  return this;
}

Argument* Argument::take_all() {
  option_->take_all();
  return this;
}

Argument* Argument::delimiter(char divider) {
  option_->delimiter(divider);
  return this;
}

Argument* Argument::required() {
  option_->required();
  return this;
}

Argument* Argument::capture_default_str() {
  option_->capture_default_str();
  return this;
}

Argument* Argument::one_of(const std::vector<std::string>& values) {
  option_->check(CLI::IsMember(values));
  return this;
}

Argument* Argument::within(int least, int most) {
  option_->check(CLI::Range(least, most));
  return this;
}

Argument* Argument::check(const std::function<std::string(const std::string&)>& complaint) {
  option_->check(complaint);
  return this;
}

Argument* Argument::needs(Argument* other) {
  option_->needs(other->option_);
  return this;
}

Argument* Argument::excludes(Argument* other) {
  option_->excludes(other->option_);
  return this;
}

Argument* Argument::excludes(const std::string& name) {
  option_->excludes(name);
  return this;
}

std::size_t Argument::count() const { return option_->count(); }

template <class T>
Argument* Arguments::add_option(const std::string& names, T& target, const std::string& help) {
  return kept(command_->add_option(names, target, help));
}

template Argument* Arguments::add_option(const std::string&, int&, const std::string&);
template Argument* Arguments::add_option(const std::string&, std::size_t&, const std::string&);
template Argument* Arguments::add_option(const std::string&, std::optional<std::uint64_t>&, const std::string&);
template Argument* Arguments::add_option(const std::string&, double&, const std::string&);
template Argument* Arguments::add_option(const std::string&, std::string&, const std::string&);
template Argument* Arguments::add_option(const std::string&, std::vector<std::string>&, const std::string&);

Argument* Arguments::add_flag(const std::string& names, bool& target, const std::string& help) {
  return kept(command_->add_flag(names, target, help));
}

Argument* Arguments::get_option(const std::string& name) { return kept(command_->get_option(name)); }

bool Arguments::has(const std::string& name) const { return command_->get_option_no_throw(name) != nullptr; }

std::string Arguments::name() const { return command_->get_name(); }

Argument* Arguments::kept(CLI::Option* option) { return &all_.emplace_back(*option); }

}  // namespace benchkit::cli
