// What is refused here no handler ever sees: other methods than GET and HEAD, and other names of this machine than its own.
#include "http/abi.h"

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <thread>

#include <httplib.h>

namespace {

constexpr const char* kAddress = "127.0.0.1";
constexpr int kThreads = 4;
constexpr int kForbidden = 403;
constexpr int kMethodNotAllowed = 405;
constexpr const char* kNothingAllowed = "default-src 'none'; frame-ancestors 'none'";

/// One request on its way, as its handler sees it.
struct Request {
  benchkit_http_request seen{};
  const httplib::Request* in = nullptr;
  httplib::Response* out = nullptr;
};

void parameters_of(const benchkit_http_request* request, benchkit_http_parameter* take, void* context) {
  const auto* const own = reinterpret_cast<const Request*>(request);
  for (const auto& [name, value] : own->in->params) take(context, name.data(), name.size(), value.data(), value.size());
}

void respond(httplib::Response& out, int status, const char* type, const char* policy, const std::string& body) {
  out.status = status;
  out.set_header("Cache-Control", "no-store");
  out.set_header("X-Content-Type-Options", "nosniff");
  out.set_header("Referrer-Policy", "no-referrer");
  out.set_header("Cross-Origin-Resource-Policy", "same-origin");
  out.set_header("X-Frame-Options", "DENY");
  if (policy != nullptr) out.set_header("Content-Security-Policy", policy);
  if (body.empty()) return out.set_content(body, type);
  // Not by set_content(): the library would compress it, for seconds of a CPU that a run may be using, and what never leaves the machine gains nothing by it.
  out.set_content_provider(body.size(), type, [body](size_t offset, size_t length, httplib::DataSink& sink) {
    return sink.write(body.data() + offset, length);
  });
}

void answer(const benchkit_http_request* request, int status, const char* type, const char* policy, const char* body, size_t size) {
  respond(*reinterpret_cast<const Request*>(request)->out, status, type, policy, std::string(body, size));
}

void refuse(httplib::Response& out, int status, const char* why) {
  respond(out, status, "text/plain; charset=utf-8", kNothingAllowed, why);
}

/// Whether the request names this server, and names it once.
bool names_us(const httplib::Request& request, int port) {
  if (request.get_header_value_count("Host") != 1) return false;
  const std::string host = request.get_header_value("Host");
  const std::string end = ":" + std::to_string(port);
  constexpr int kPlainPort = 80;  // which a browser leaves out
  const auto is = [&](const std::string& name) { return host == name + end || (port == kPlainPort && host == name); };
  return is("127.0.0.1") || is("localhost");
}

/// Whether a page from elsewhere asks, which may not read the answer but could have reports made without end. What a person types or opens has none.
bool asked_from_elsewhere(const httplib::Request& request) {
  const std::string site = request.get_header_value("Sec-Fetch-Site");
  return site == "cross-site" || site == "same-site";
}

struct Server {
  httplib::Server http;
  std::atomic<bool> ended{false};
  std::thread listening;
};

void set_up(Server& server, int port, benchkit_http_handler* handler, void* context) {
  using Handled = httplib::Server::HandlerResponse;
  server.http.set_pre_routing_handler([port, handler, context](const httplib::Request& request, httplib::Response& out) {
    if (!names_us(request, port)) {
      refuse(out, kForbidden, "This server answers to 127.0.0.1 and localhost alone.\n");
      return Handled::Handled;
    }
    if (asked_from_elsewhere(request)) {
      refuse(out, kForbidden, "This server answers its own pages alone: type its address, or open it by --open.\n");
      return Handled::Handled;
    }
    if (request.method != "GET" && request.method != "HEAD") {
      out.set_header("Allow", "GET, HEAD");
      refuse(out, kMethodNotAllowed, "Nothing can be changed here.\n");
      return Handled::Handled;
    }
    Request own{.seen = {.path = request.path.data(), .path_size = request.path.size(), .parameters = &parameters_of, .answer = &answer},
                .in = &request,
                .out = &out};
    handler(context, &own.seen);
    return Handled::Handled;
  });
}

void* start(int* port, benchkit_http_handler* handler, void* context, char* why, size_t size) {
  auto server = std::make_unique<Server>();
  server->http.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
  server->http.set_keep_alive_timeout(1);
  server->http.set_read_timeout(2);
  server->http.set_write_timeout(30);
  constexpr size_t kMostBody = 1024;  // nothing that is read here has one
  server->http.set_payload_max_length(kMostBody);
  // The library's own options would let another program listen on the same port.
  server->http.set_socket_options([](auto socket) {
    const int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  });
  errno = 0;
  int taken = *port;
  const bool bound = *port == 0 ? (taken = server->http.bind_to_any_port(kAddress)) > 0 : server->http.bind_to_port(kAddress, *port);
  if (!bound) {
    std::snprintf(why, size, "%s", errno == 0 ? "it cannot be listened on" : std::strerror(errno));
    return nullptr;
  }
  *port = taken;
  set_up(*server, taken, handler, context);
  server->listening = std::thread([own = server.get()] {
    (void)own->http.listen_after_bind();
    own->ended = true;
  });
  return server.release();
}

void stop(void* pointer) {
  const std::unique_ptr<Server> server(static_cast<Server*>(pointer));
  // Before it runs there is nothing to stop, and it would begin afterwards.
  while (!server->http.is_running() && !server->ended) std::this_thread::yield();
  server->http.stop();
  server->listening.join();
}

}  // namespace

extern "C" __attribute__((visibility("default"))) const benchkit_http_interface* benchkit_http(void) {
  static const benchkit_http_interface interface {
    BENCHKIT_HTTP_VERSION, &start, &stop
  };
  return &interface;
}
