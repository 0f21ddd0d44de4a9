#include "python_suite.hpp"

#include <map>
#include <optional>
#include <set>

#include <nanobind/stl/map.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/set.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <benchkit/base/error.hpp>
#include <benchkit/suite/registry.hpp>

#include "python_case.hpp"
#include "python_failure.hpp"
#include "suite/suite_source.hpp"

namespace nb = nanobind;

namespace benchkit::python {
namespace {

using Names = std::vector<std::string>;
using Sizes = std::vector<std::int64_t>;

/// The registry with the callables that it asks. They are kept here, where Python's collector of cycles can see them: a gate is a function of the module that
/// holds the suite.
class PythonRegistry {
 public:
  explicit PythonRegistry(SuiteSpec spec) : registry_(std::make_shared<Registry>(std::move(spec))) {}

  [[nodiscard]] Registry& operator*() const { return *registry_; }
  [[nodiscard]] Registry* operator->() const { return registry_.get(); }
  [[nodiscard]] std::shared_ptr<const Registry> shared() const { return registry_; }

  /// A callable that gives a text, or None where there is no reason.
  [[nodiscard]] Reason reason(const nb::object& callable) {
    if (callable.is_none()) return {};
    callables_.push_back(callable);
    return [this, at = callables_.size() - 1]() -> std::string {
      const nb::gil_scoped_acquire gil;
      if (at >= callables_.size()) return {};  // the interpreter is on its way out
      try {
        const nb::object answer = callables_[at]();
        return answer.is_none() ? std::string() : nb::cast<std::string>(answer);
      } catch (nb::python_error& error) {
        throw_failure(error);
      }
    };
  }

  static int traverse(PyObject* self, visitproc visit, void* arg) {
#if PY_VERSION_HEX >= 0x03090000
    Py_VISIT(Py_TYPE(self));
#endif
    if (!nb::inst_ready(self)) return 0;
    for (const nb::object& callable : nb::inst_ptr<PythonRegistry>(self)->callables_) Py_VISIT(callable.ptr());
    return 0;
  }
  static int clear(PyObject* self) {
    std::vector<nb::object> gone;
    gone.swap(nb::inst_ptr<PythonRegistry>(self)->callables_);
    return 0;
  }

 private:
  std::shared_ptr<Registry> registry_;
  std::vector<nb::object> callables_;
};

PyType_Slot registry_slots[] = {{Py_tp_traverse, reinterpret_cast<void*>(&PythonRegistry::traverse)},
                                {Py_tp_clear, reinterpret_cast<void*>(&PythonRegistry::clear)},
                                {0, nullptr}};

/// What Python code raised while the registry asked it comes back to Python as what it was.
template <class Ask>
auto ask(Ask&& ask_registry) {
  try {
    return ask_registry();
  } catch (const PythonFailure& failure) {
    failure.error().restore();
    throw nb::python_error();
  }
}

const Point& point_of(const PythonRegistry& registry, const std::string& id) {
  const Point* point = registry->find(id);
  if (point == nullptr) throw Error("the suite has no case \"" + id + "\"", {}, "`list --cases` shows them");
  return *point;
}

template <class T>
T attribute(nb::handle object, const char* name) {
  try {
    return nb::cast<T>(object.attr(name));
  } catch (const nb::cast_error&) {
    throw Error(std::string("its ") + name + " is " + text_of(nb::repr(object.attr(name))) + ", which cannot be", {},
                "sizes are integers, names and features texts");
  }
}

Dial dial_from(nb::handle object) {
  return {.axis = attribute<std::string>(object, "axis"),
          .kind = attribute<std::string>(object, "kind"),
          .option = attribute<std::string>(object, "option"),
          .values = attribute<std::string>(object, "values"),
          .low = attribute<std::optional<std::int64_t>>(object, "low"),
          .high = attribute<std::optional<std::int64_t>>(object, "high"),
          .sizes = attribute<Sizes>(object, "sizes"),
          .quick = attribute<std::optional<Sizes>>(object, "quick"),
          .described = attribute<bool>(object, "described"),
          .default_features = attribute<std::optional<Names>>(object, "default_features")};
}

void make_registry(PythonRegistry* self, const std::string& name, const nb::list& dials, Names features, Names default_features, Names tags,
                   std::string subject_dim, std::string operation_dim, std::string param_id) {
  SuiteSpec spec{.name = name,
                 .dials = {},
                 .features = std::move(features),
                 .default_features = std::move(default_features),
                 .tags = std::move(tags),
                 .subject_dim = std::move(subject_dim),
                 .operation_dim = std::move(operation_dim),
                 .param_id = std::move(param_id)};
  for (const nb::handle dial : dials) spec.dials.push_back(dial_from(dial));
  new (self) PythonRegistry(std::move(spec));
}

std::size_t add_subject(PythonRegistry& self, nb::handle object, const nb::object& gate, const nb::object& missing, std::string place) {
  try {
    return self->add(Subject{.name = attribute<std::string>(object, "name"),
                             .dial = attribute<std::string>(object, "dial"),
                             .sizes = attribute<Sizes>(object, "sizes"),
                             .quick = attribute<std::optional<Sizes>>(object, "quick"),
                             .long_sizes = attribute<Sizes>(object, "long"),
                             .features = attribute<Names>(object, "features"),
                             .applies = attribute<std::optional<Names>>(object, "applies"),
                             .lacks = attribute<Names>(object, "lacks"),
                             .requirements = attribute<Names>(object, "requires"),
                             .description = attribute<std::string>(object, "description"),
                             .gate = self.reason(gate),
                             .missing = self.reason(missing)},
                     place);
  } catch (const Error& error) {
    if (!error.where().empty()) throw;
    throw Error(text_of(nb::str(object.attr("name"))) + ": " + error.what(), std::move(place), error.hint());
  }
}

using VariantParts = std::tuple<std::string, std::string, nb::object, nb::object>;  ///< name, tag, gate, missing

std::size_t add_operation(PythonRegistry& self, const std::string& name, const std::string& node, const std::string& applies,
                          const std::string& opt_in, const std::vector<VariantParts>& variants, const std::string& variant_dim,
                          const std::string& param_id, bool share_build, const nb::object& gate, std::string place) {
  Operation operation{.name = name,
                      .node = node,
                      .applies = applies,
                      .opt_in = opt_in,
                      .variants = {},
                      .variant_dim = variant_dim,
                      .param_id = param_id,
                      .share_build = share_build,
                      .gate = self.reason(gate)};
  for (const auto& [variant, tag, variant_gate, missing] : variants)
    operation.variants.push_back({variant, tag, self.reason(variant_gate), self.reason(missing)});
  return self->add(std::move(operation), std::move(place));
}

nb::object plain(const DimValue& value) {
  return std::visit([](const auto& one) { return nb::cast(one); }, value.variant());
}

/// (id, param id, dims, operation, variant or None, subject, value) of each case.
nb::list points(const PythonRegistry& self) {
  nb::list all;
  for (const Point& point : self->points()) {
    nb::dict dims;
    for (const auto& [name, value] : self->dims(point)) dims[nb::str(name.c_str(), name.size())] = plain(value);
    const nb::object variant = point.variant == Point::kNoVariant ? nb::none() : nb::object(nb::int_(point.variant));
    all.append(nb::make_tuple(self->id(point), self->param_id(point), dims, point.operation, variant, point.subject, point.value));
  }
  return all;
}

std::vector<std::tuple<std::string, std::string, std::string, std::string>> options(const PythonRegistry& self) {
  std::vector<std::tuple<std::string, std::string, std::string, std::string>> all;
  for (Registry::Option& one : self->options()) all.emplace_back(one.name, one.value, one.help, one.dim);
  return all;
}

}  // namespace

void bind_suite(nb::module_& module) {
  nb::class_<Selection>(module, "Selection", "Which cases of a suite are wanted.")
      .def(
          "__init__",
          [](Selection* self, bool quick, bool everything, std::map<std::string, std::set<std::int64_t>> values,
             std::set<std::string> operations) {
            new (self) Selection{quick, everything, {}, {}};
            for (auto& [axis, of_axis] : values) self->values.emplace(axis, std::move(of_axis));
            self->operations.insert(operations.begin(), operations.end());
          },
          nb::arg("quick") = false, nb::arg("long") = false, nb::arg("values") = std::map<std::string, std::set<std::int64_t>>(),
          nb::arg("operations") = std::set<std::string>(),
          "`values`: by axis, these and no others, whatever their tier. `operations`: those that are opt-in and were asked for.")
      .def_ro("quick", &Selection::quick)
      .def_ro("long", &Selection::everything);
  nb::class_<PythonRegistry>(module, "Registry", nb::type_slots(registry_slots))
      .def("__init__", &make_registry, nb::arg("name"), nb::arg("dials"), nb::arg("features"), nb::arg("default_features"), nb::arg("tags"),
           nb::arg("subject_dim"), nb::arg("operation_dim"), nb::arg("param_id"))
      .def("add_subject", &add_subject, nb::arg("subject"), nb::arg("gate").none(), nb::arg("missing").none(), nb::arg("place"))
      .def("add_operation", &add_operation, nb::arg("name"), nb::arg("node"), nb::arg("applies"), nb::arg("opt_in"), nb::arg("variants"),
           nb::arg("variant_dim"), nb::arg("param_id"), nb::arg("share_build"), nb::arg("gate").none(), nb::arg("place"))
      .def("points", &points)
      .def("find_operation", [](const PythonRegistry& self, const std::string& name) { return self->find_operation(name); })
      .def(
          "subjects", [](const PythonRegistry& self) { return self->subjects(); }, "Positions, in the order of the cases.")
      .def("sizes", [](const PythonRegistry& self, std::size_t at) { return self->subject(at).sizes; })
      .def("features", [](const PythonRegistry& self, std::size_t at) { return self->subject(at).features; })
      .def("quick", [](const PythonRegistry& self, std::size_t at) { return self->quick_of(self->subject(at)); })
      .def("axis", [](const PythonRegistry& self, std::size_t at) { return self->dial_of(self->subject(at)).axis; })
      .def("options", &options, "(name, what it takes, help, dim) of each option of the command line.")
      .def("selection",
           [](const PythonRegistry& self, const std::vector<std::pair<std::string, std::string>>& given) { return self->selection(given); })
      .def("absent",
           [](const PythonRegistry& self, const std::string& id) { return ask([&] { return self->absent(point_of(self, id)); }); })
      .def("not_asked_for", [](const PythonRegistry& self, const std::string& id,
                               const Selection& selection) { return self->not_asked_for(point_of(self, id), selection); })
      .def("skip_reason", [](const PythonRegistry& self, const std::string& id, const Selection& selection) {
        return ask([&] { return self->skip_reason(point_of(self, id), selection); });
      });
}

std::shared_ptr<core::CaseSource> case_source(nb::handle cases, const ShortNames& short_names) {
  std::vector<protocol::OptionInfo> options;
  for (const auto& [name, dim] : short_names) options.push_back(core::short_name(name, dim));
  auto make_cases = [cases] { return host_cases(cases); };
  if (!nb::hasattr(cases, "_registry")) return core::plain_cases(std::move(make_cases), std::move(options));
  const auto& registry = nb::cast<const PythonRegistry&>(cases.attr("_registry"));
  return std::make_shared<suite::SuiteSource>(registry.shared(), std::move(make_cases), std::move(options));
}

}  // namespace benchkit::python
