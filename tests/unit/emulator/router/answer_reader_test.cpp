// A dyno's answer in every framing, cut at every place, and what is none.
#include "emulator/router/answer_reader.h"

#include <gtest/gtest.h>

#include <string>

namespace changeover::emulator {
namespace {

using State = AnswerReader::State;

AnswerReader reader(bool to_head = false) { return {to_head, 1000, 1000}; }

State read_in(AnswerReader& into, const std::string& text, std::size_t piece) {
  for (std::size_t at = 0; at < text.size(); at += piece) into.take(std::string_view(text).substr(at, piece));
  return into.state();
}

constexpr const char* with_length =
    "HTTP/1.1 201 Created\r\nX-Cat: Tom \r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello";
constexpr const char* with_chunks =
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nX-Cat:Tom\r\nTransfer-Encoding: Chunked\r\n\r\n"
    "3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\nTrailer: t\r\n\r\n";

TEST(AnswerReader, ReadsLengthAndChunksCutAnywhere) {
  for (const std::string text : {with_length, with_chunks}) {
    for (std::size_t piece = 1; piece <= text.size(); ++piece) {
      AnswerReader part = reader();
      ASSERT_EQ(read_in(part, text, piece), State::done) << piece << text;
      const Response response = std::move(part).response();
      EXPECT_EQ(response.status, 201);
      EXPECT_EQ(response.body, "hello");
      ASSERT_EQ(response.headers.size(), 1U) << "those of the connection stay here";
      EXPECT_EQ(response.header("x-cat"), "Tom");
    }
  }
}

TEST(AnswerReader, WithoutAnyFramingTheEndIsTheEnd) {
  AnswerReader part = reader();
  EXPECT_EQ(part.take("HTTP/1.0 200 OK\r\n\r\nhel"), State::body);
  EXPECT_EQ(part.take("lo"), State::body);
  EXPECT_EQ(part.end(), State::done);
  EXPECT_EQ(std::move(part).response().body, "hello");
}

TEST(AnswerReader, SomeAnswersHaveNoBody) {
  AnswerReader head = reader(true);
  EXPECT_EQ(head.take("HTTP/1.1 200 OK\r\nContent-Length: 70000\r\n\r\n"), State::done);
  for (const char* text : {"HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n",
                           "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"}) {
    AnswerReader part = reader();
    EXPECT_EQ(part.take(text), State::done) << text;
  }
}

TEST(AnswerReader, AnAnswerThatStopsInTheMiddleIsNotDone) {
  for (const std::string text : {with_length, with_chunks}) {
    for (std::size_t length = 1; length < text.size(); ++length) {
      AnswerReader part = reader();
      part.take(text.substr(0, length));
      EXPECT_NE(part.end(), State::done) << length;
    }
  }
}

TEST(AnswerReader, RefusesWhatIsNoAnswer) {
  const std::string long_text(2000, 'x');
  for (const std::string& text :
       {std::string("nonsense\r\n\r\n"), std::string("HTTP/1.1 abc\r\n\r\n"), std::string("HTTP/1.1 999 Odd\r\n\r\n"),
        std::string("HTTP/2 200 OK\r\n\r\n"), std::string("HTTP/1.1 200 OK\r\nno colon\r\n\r\n"),
        std::string("HTTP/1.1 200 OK\r\n: empty\r\n\r\n"), std::string("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"),
        std::string("HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n"),
        std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
        std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n"),
        std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n"),
        std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n") + long_text,
        std::string("HTTP/1.1 200 OK\r\n\r\n") + long_text, long_text}) {
    AnswerReader part = reader();
    part.take(text);
    EXPECT_EQ(part.state(), State::malformed) << text.substr(0, 80);
    EXPECT_EQ(part.take("HTTP/1.1 200 OK\r\n\r\n"), State::malformed) << "and stays so";
  }
}

}  // namespace
}  // namespace changeover::emulator
