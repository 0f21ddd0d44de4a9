// Server: the snapshots of a folder for the browsers of this machine, as they are and as they become. Nothing is ever written.
//
//   /            which there are, and how far the running ones have come; it asks anew every two seconds
//   /snapshots   the same as data
//   /report?file=NAME&file=NAME   their report, made of what is in them at this moment
#pragma once

#include <memory>
#include <string>

namespace benchkit::serve {

class Server {
 public:
  /// Begins to serve. `port`: 0 for any that is free. Throws benchkit::Error.
  Server(const std::string& folder, int port);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] std::string address() const;  ///< "http://127.0.0.1:PORT/"

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace benchkit::serve
