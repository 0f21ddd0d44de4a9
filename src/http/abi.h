/* The C interface of libbenchkit-http.so: pages for the browsers of this machine. The library holds a server (cpp-httplib); it knows nothing of benchkit and is
 * loaded when something is to be served.
 *
 * It listens on 127.0.0.1 alone and answers GET and HEAD alone. A request whose Host is not this server by its number or as localhost is refused: a
 * page of the web whose name was made to lead here (DNS rebinding) reads nothing. So is one of which the browser says (Sec-Fetch-Site) that a page of
 * another server asks. */
#ifndef BENCHKIT_HTTP_ABI_H
#define BENCHKIT_HTTP_ABI_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define BENCHKIT_HTTP_VERSION 1

/* Takes one parameter of a request, decoded: text may hold any byte. */
typedef void benchkit_http_parameter(void* context, const char* name, size_t name_size, const char* value, size_t value_size);

/* A request as its handler sees it. Valid until the handler returns. */
typedef struct benchkit_http_request {
  const char* path; /* decoded */
  size_t path_size;
  void (*parameters)(const struct benchkit_http_request* request, benchkit_http_parameter* take, void* context);
  /* The answer: a status of HTTP, the type of its content, and what may be done in it (Content-Security-Policy, or null where it says so itself). Once. */
  void (*answer)(const struct benchkit_http_request* request, int status, const char* type, const char* policy, const char* body,
                 size_t size);
} benchkit_http_request;

/* Called by several threads at once. Throws nothing. */
typedef void benchkit_http_handler(void* context, const benchkit_http_request* request);

typedef struct benchkit_http_interface {
  int version; /* BENCHKIT_HTTP_VERSION */
  /* Begins to serve. `port`: 0 for any that is free; then holds the one that was taken. Null with the reason in `why`. */
  void* (*start)(int* port, benchkit_http_handler* handler, void* context, char* why, size_t size);
  /* Ends it: no handler is called any more. */
  void (*stop)(void* server);
} benchkit_http_interface;

/* The library's only symbol. */
const benchkit_http_interface* benchkit_http(void);

#ifdef __cplusplus
}
#endif

#endif
