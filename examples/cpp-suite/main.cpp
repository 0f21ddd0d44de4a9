// A suite with subjects: graphs of several shapes, and what is done to them.
//
// A subject is a shape of graph; families climb in size (n), the pattern climbs in severity: from a graph whose edges are spread evenly to one where all of them
// meet at one vertex. Operations are done to every subject that they apply to, at every value of its ladder.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <numeric>
#include <queue>
#include <random>
#include <string>
#include <vector>

#include <benchkit/benchkit.hpp>

namespace {

using Sizes = std::vector<std::int64_t>;

/// Undirected, as lists of neighbours.
class Graph {
 public:
  explicit Graph(std::int64_t vertices) : neighbours_(static_cast<std::size_t>(vertices)) {}

  void connect(std::size_t from, std::size_t to) {
    neighbours_[from].push_back(to);
    neighbours_[to].push_back(from);
  }
  [[nodiscard]] std::size_t size() const { return neighbours_.size(); }
  [[nodiscard]] const std::vector<std::size_t>& of(std::size_t vertex) const { return neighbours_[vertex]; }

 private:
  std::vector<std::vector<std::size_t>> neighbours_;
};

Graph ring(std::int64_t n) {
  Graph graph(n);
  for (std::size_t i = 0; i < graph.size(); ++i) graph.connect(i, (i + 1) % graph.size());
  return graph;
}

Graph tree(std::int64_t n) {
  Graph graph(n);
  for (std::size_t i = 1; i < graph.size(); ++i) graph.connect(i, (i - 1) / 2);
  return graph;
}

/// 2,000 vertices and as many edges; `severity` percent of these end at vertex 0.
Graph hub(std::int64_t severity) {
  Graph graph(2000);
  std::mt19937 random(0);
  for (std::size_t i = 1; i < graph.size(); ++i) graph.connect(i, static_cast<std::int64_t>(random() % 100) < severity ? 0 : random() % i);
  return graph;
}

/// How many vertices a search from vertex 0 reaches. `Fringe` holds what was seen and not yet visited.
template <class Fringe, class Next>
std::size_t reachable(const Graph& graph, Next next) {
  std::vector<bool> seen(graph.size());
  Fringe fringe;
  std::size_t count = 0;
  for (fringe.push(0), seen[0] = true; !fringe.empty(); ++count) {
    const std::size_t vertex = next(fringe);
    fringe.pop();
    for (const std::size_t neighbour : graph.of(vertex)) {
      if (seen[neighbour]) continue;
      seen[neighbour] = true;
      fringe.push(neighbour);
    }
  }
  return count;
}

std::size_t breadth_first(const Graph& graph) {
  return reachable<std::queue<std::size_t>>(graph, [](const auto& fringe) { return fringe.front(); });
}

std::size_t best_first(const Graph& graph) {
  return reachable<std::priority_queue<std::size_t>>(graph, [](const auto& fringe) { return fringe.top(); });
}

std::size_t edges(const Graph& graph) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < graph.size(); ++i) count += graph.of(i).size();
  return count / 2;
}

void add_subjects(benchkit::Suite<Graph>& suite) {
  suite.subject({.name = "ring",
                 .sizes = {100, 1'000, 10'000, 100'000},
                 .quick = Sizes{100, 10'000},
                 .long_sizes = {100'000},
                 .features = {"cyclic"}},
                ring);
  suite.subject({.name = "tree",
                 .sizes = {100, 1'000, 10'000, 100'000},
                 .quick = Sizes{100, 10'000},
                 .long_sizes = {100'000},
                 .description = "binary, complete"},
                tree);
  suite.subject({.name = "hub", .dial = "severity", .description = "where edges end: 0 anywhere, 100 all at one vertex"}, hub);
}

void add_operations(benchkit::Suite<Graph>& suite) {
  suite.operation({.name = "build"}, [](const auto& build) { return [build] { return build(); }; });
  suite.operation({.name = "count"}, [](const auto& build) { return [graph = build()] { return edges(graph); }; });
  suite.operation({.name = "search",
                   .variants = {{.name = "breadth"}, {.name = "best"}},
                   .variant_dim = "order",
                   .param_id = "{order}-{subject}-{axis}={value}"},
                  [](const auto& build, const std::string& order) {
                    auto* const search = order == "breadth" ? &breadth_first : &best_first;
                    return [graph = build(), search] { return search(graph); };
                  });
  suite.operation({.name = "pipeline", .applies = "build", .opt_in = "--pipeline"},
                  [](const auto& build) { return [build] { return breadth_first(build()); }; });
}

}  // namespace

int main(int argc, char** argv) {
  benchkit::Suite<Graph> suite({.name = "graphs",
                                .dials = {{.axis = "n", .kind = "family", .option = "--size"},
                                          {.axis = "severity",
                                           .kind = "pattern",
                                           .option = "--severity",
                                           .values = "severities",
                                           .low = 0,
                                           .high = 100,
                                           .sizes = {0, 25, 50, 75, 100},
                                           .quick = Sizes{0, 100},
                                           .described = true}},
                                .features = {"cyclic"},
                                .subject_dim = "graph"});
  add_subjects(suite);
  add_operations(suite);
  benchkit::App app("cpp-suite");
  app.add(suite);
  return app.main(argc, argv);
}
