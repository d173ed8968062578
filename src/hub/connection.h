// Connection: one socket of the server, from accept to close. Inside hub/ only; the door is server.h.
//
// Thread rule: everything runs on the server's one thread but Deliver and the writer of a stream, which a worker calls and which post there.
// Owner: itself, by the operations that are under way.
#pragma once

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "hub/exchange.h"
#include "hub/server.h"
#include "hub/worker_pool.h"

namespace paw::hub {

using RequestParser = boost::beast::http::request_parser<boost::beast::http::string_body>;

// What the connections of a server share.
struct ServerState {
  Service* service = nullptr;
  ServerOptions options;
  WorkerPool* workers = nullptr;
  std::atomic<bool> stopping{false};
  std::atomic<std::size_t> connections{0};
  std::atomic<std::size_t> answering{0};    // requests between their last byte and the reply's
  std::atomic<std::size_t> large_bytes{0};  // of bodies being read
};

// More lines than any client sends: one that is dropped could be the one that matters.
bool TooManyFields(const RequestParser& parser);
// The parts of a parsed head.
Request RequestOf(const RequestParser& parser);

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(boost::asio::ip::tcp::socket socket, std::shared_ptr<ServerState> state);
  ~Connection();
  void Start();
  // An idle connection is closed, a busy one after its reply.
  void CloseWhenIdle();
  // Closed at once, whatever is being sent.
  void Abandon() { Close(); }

 private:
  class StreamWriter;

  void ReadHead();
  void OnHead(const boost::system::error_code& error);
  void ReadBody();
  void OnBody(const boost::system::error_code& error);
  void ReadWithin(double seconds);
  void EndRead();
  void OnReadError(const boost::system::error_code& error);
  void Hand();
  void Deliver(Response response);
  void Send(Response response);
  void SendFilePiece();
  void RunStream(const Response& response);
  void AfterReply();
  void Linger();
  void Drain();
  void Refuse(int status, const std::string& code, const std::string& message);
  void WriteThen(std::string bytes, std::function<void()> then);
  void ReleaseLarge();
  void Close();

  boost::beast::tcp_stream stream_;
  boost::asio::steady_timer read_timer_;  // of what is read: the stream's own expiry closes the socket, and 408 could not be said
  std::shared_ptr<ServerState> state_;
  boost::beast::flat_buffer buffer_;
  std::optional<RequestParser> parser_;
  Request request_;
  std::string address_;
  std::string out_;        // what is being written
  FileSlice file_;         // what is left of it
  std::size_t large_ = 0;  // this connection's share of large_bytes
  bool keep_alive_ = false;
  bool head_only_ = false;
  bool idle_ = true;
  bool closed_ = false;
  bool reading_ = false;
  bool timed_out_ = false;
  std::size_t served_ = 0;
  double body_seconds_ = 0;
  std::size_t lingered_ = 0;  // bytes read after the reply
};

}  // namespace paw::hub
