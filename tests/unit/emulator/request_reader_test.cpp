// What a byte stream means as requests, however it is cut, and what is no request at all.
#include "emulator/http/request_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/random.h"

namespace changeover::testing {
namespace {

using emulator::MessageBounds;
using emulator::Request;
using emulator::RequestReader;
using State = RequestReader::State;
using ::testing::HasSubstr;

/// The status it is refused with, 0 when it is complete, -1 when more is wanted.
int verdict(const std::string& bytes, MessageBounds bounds = {}) {
  RequestReader reader(bounds);
  reader.feed(bytes);
  if (reader.state() == State::refused) return reader.refusal().status;
  return reader.state() == State::complete ? 0 : -1;
}

std::string shown(const Request& request) {
  std::string text = request.method + " " + request.target;
  for (const auto& [name, value] : request.headers) text += "|" + name + "=" + value;
  return text + "|" + request.body;
}

const std::vector<std::string>& good() {
  static const std::vector<std::string> requests{
      "GET /apps HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET /apps HTTP/1.0\n\n",
      "\r\n\r\nDELETE /apps/orders/dynos HTTP/1.1\r\nX:\r\n\r\n",
      "PATCH /apps/orders HTTP/1.1\r\nContent-Length: 7\r\n\r\n{\"a\":1}",
      "POST /apps HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
      "POST /apps HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nT: v\r\n\r\n",
      "GET http://localhost:1/apps HTTP/1.1\r\n\r\n",
      "GET http://localhost HTTP/1.1\r\n\r\n",
  };
  return requests;
}

TEST(RequestReader, ReadsTheSameHoweverTheBytesAreCut) {
  SeededRandom random(11);
  std::string stream;
  std::vector<std::string> expected;
  for (const std::string& text : good()) {
    RequestReader reader;
    reader.feed(text);
    ASSERT_EQ(reader.state(), State::complete) << text << reader.refusal().words;
    expected.push_back(shown(reader.take()));
    EXPECT_EQ(reader.state(), State::idle);
    stream += text;
  }
  EXPECT_EQ(expected[5], "POST /apps|transfer-encoding=chunked|abc0123456789");
  EXPECT_EQ(expected[6], "GET /apps|");
  EXPECT_EQ(expected[7], "GET /|");
  for (int round = 0; round < 300; ++round) {
    RequestReader reader;
    std::vector<std::string> found;
    for (std::size_t at = 0; at < stream.size();) {
      const std::size_t bytes = 1 + random.next() % (round < 100 ? 3 : 60);
      reader.feed(stream.substr(at, bytes));
      at += bytes;
      while (reader.state() == State::complete) found.push_back(shown(reader.take()));
      ASSERT_NE(reader.state(), State::refused) << reader.refusal().words;
    }
    EXPECT_EQ(found, expected) << "round " << round;
  }
}

TEST(RequestReader, RefusesWhatIsNoRequest) {
  const std::string end = "\r\n\r\n";
  for (const std::string& text :
       {std::string("hello\r\n"), std::string("GET\r\n"), std::string("GET /apps\r\n"), " GET /apps HTTP/1.1" + end,
        "GET  HTTP/1.1" + end, "G(T /apps HTTP/1.1" + end, "GET apps HTTP/1.1" + end, "GET /a b HTTP/1.1" + end,
        "GET /apps HTTP/1.1\r\nno colon" + end, "GET /apps HTTP/1.1\r\n: x" + end,
        "GET /apps HTTP/1.1\r\nName : x" + end, "GET /apps HTTP/1.1\r\n folded: x" + end,
        "GET /apps HTTP/1.1\r\nX: a\rb" + end, std::string("GET /apps HTTP/1.1\r\nX: a\0b\r\n\r\n", 31),
        std::string("GET /a\0b HTTP/1.1\r\n\r\n", 22), std::string("\x16\x03\x01\x02\x00\x01\xfc\x03\x03\n", 10),
        std::string("\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n")})
    EXPECT_EQ(verdict(text), 400) << text;
  EXPECT_EQ(verdict("GET /apps HTTP/2.0\r\n"), 505);
  EXPECT_EQ(verdict("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 505);
  EXPECT_EQ(verdict("GET /apps HTTP/1.10\r\n"), 505);
  EXPECT_EQ(verdict("OPTIONS * HTTP/1.1" + end), 400);
}

TEST(RequestReader, RefusesLengthsThatCouldBeReadInTwoWays) {
  const auto post = [](const std::string& headers) {
    return verdict("POST /apps HTTP/1.1\r\n" + headers + "\r\n\r\n");
  };
  for (const char* headers :
       {"Content-Length: -1", "Content-Length: +5", "Content-Length: 5 ", "Content-Length: 0x5", "Content-Length: 5, 5",
        "Content-Length: 99999999999999999999999", "Content-Length: 5\r\nContent-Length: 6", "Transfer-Encoding: gzip",
        "Transfer-Encoding: chunked\r\nContent-Length: 5", "Transfer-Encoding: gzip, chunked"}) {
    if (std::string(headers) == "Content-Length: 5 ") continue;  // a space behind is no part of the value
    EXPECT_EQ(post(headers), 400) << headers;
  }
  EXPECT_EQ(post("Content-Length: 0\r\nContent-Length: 0"), 0);
}

TEST(RequestReader, RefusesBadChunks) {
  const auto body = [](const std::string& chunks) {
    return verdict("POST /apps HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks);
  };
  for (const char* chunks : {"x\r\n", "-1\r\n", "\r\n", "ffffffffffffffffffff\r\n", "3\r\nabcd\r\n", "0x3\r\nabc\r\n"})
    EXPECT_EQ(body(chunks), 400) << chunks;
  EXPECT_EQ(body("ffffffff\r\n"), 413);
  EXPECT_EQ(body("3\r\nab"), -1);
  EXPECT_EQ(body("0\r\n"), -1) << "trailers may follow";
}

TEST(RequestReader, EverythingIsBounded) {
  const MessageBounds small{200, 5, 50};
  const std::string begin = "GET /apps HTTP/1.1\r\n";
  EXPECT_EQ(verdict(std::string(300, 'x'), small), 431) << "a request line without an end";
  EXPECT_EQ(verdict("GET /" + std::string(300, 'x') + " HTTP/1.1\r\n\r\n", small), 431);
  EXPECT_EQ(verdict(begin + "X: " + std::string(300, 'x'), small), 431);
  EXPECT_EQ(verdict(begin + "A: 1\r\nB: 1\r\nC: 1\r\nD: 1\r\nE: 1\r\nF: 1\r\n\r\n", small), 431);
  EXPECT_EQ(verdict("POST / HTTP/1.1\r\nContent-Length: 51\r\n\r\n", small), 413);
  EXPECT_EQ(verdict("POST / HTTP/1.1\r\nContent-Length: 50\r\n\r\n", small), -1);
  const std::string chunked = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
  std::string many = chunked;
  for (int i = 0; i < 60; ++i) many += "1\r\nx\r\n";
  EXPECT_EQ(verdict(many, small), 413);
  EXPECT_EQ(verdict(chunked + "1;" + std::string(300, 'x'), small), 431) << "an extension without an end";
  std::string trailers = chunked + "0\r\n";
  for (int i = 0; i < 100; ++i) trailers += "T: v\r\n";
  EXPECT_EQ(verdict(trailers, small), 431);
}

TEST(RequestReader, NothingIsReadBehindARefusal) {
  RequestReader reader;
  reader.feed("nonsense\r\nGET /apps HTTP/1.1\r\n\r\n");
  EXPECT_EQ(reader.state(), State::refused);
  reader.feed("GET /apps HTTP/1.1\r\n\r\n");
  EXPECT_EQ(reader.state(), State::refused);
  EXPECT_FALSE(reader.keeps_alive());
}

TEST(RequestReader, SaysWhereItStands) {
  RequestReader reader;
  EXPECT_EQ(reader.state(), State::idle);
  reader.feed("G");
  EXPECT_EQ(reader.state(), State::head);
  reader.feed("ET /apps HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n");
  EXPECT_EQ(reader.state(), State::head);
  reader.feed("\r\n");
  EXPECT_EQ(reader.state(), State::body);
  EXPECT_TRUE(reader.wants_to_be_told_to_go_on());
  EXPECT_FALSE(reader.wants_to_be_told_to_go_on()) << "once";
  reader.feed("{}");
  EXPECT_EQ(reader.state(), State::complete);
  EXPECT_TRUE(reader.keeps_alive());
  const auto keeps = [](const std::string& text) {
    RequestReader one;
    one.feed(text);
    return one.keeps_alive();
  };
  EXPECT_FALSE(keeps("GET / HTTP/1.1\r\nConnection: Close\r\n\r\n"));
  EXPECT_FALSE(keeps("GET / HTTP/1.0\r\n\r\n"));
  EXPECT_TRUE(keeps("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
}

/// Whatever comes in, it ends complete, refused or wanting more, within its bounds.
TEST(RequestReader, SurvivesNoise) {
  SeededRandom random(5);
  const MessageBounds small{300, 8, 100};
  std::string seed;
  for (const std::string& text : good()) seed += text;
  for (int round = 0; round < 3'000; ++round) {
    std::string bytes = seed;
    for (int change = 0; change < 6; ++change) {
      const std::size_t at = random.next() % bytes.size();
      switch (random.next() % 3) {
        case 0:
          bytes[at] = static_cast<char>(random.next() % 256);
          break;
        case 1:
          bytes.erase(at, 1 + random.next() % 20);
          break;
        default:
          bytes.insert(at, bytes.substr(random.next() % bytes.size(), 30));
          break;
      }
    }
    RequestReader reader(small);
    for (std::size_t at = 0; at < bytes.size(); at += 17) {
      reader.feed(std::string_view(bytes).substr(at, 17));
      while (reader.state() == State::complete) {
        const Request request = reader.take();
        ASSERT_LE(request.body.size(), 100U);
        ASSERT_LE(request.headers.size(), 8U);
      }
    }
  }
}

}  // namespace
}  // namespace changeover::testing
