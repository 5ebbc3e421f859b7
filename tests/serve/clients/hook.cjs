// Sends what a client asks of http://opendata.cbs.nl to the server under test (CELWACHT_PORT), and nothing anywhere else.
"use strict";
const http = require("http");

const port = process.env.CELWACHT_PORT;
const original = http.request;

http.request = function (options, ...rest) {
  const host = options.hostname || options.host || "";
  const wanted = host.split(":")[0];
  if (wanted !== "opendata.cbs.nl" && wanted !== "127.0.0.1") {
    throw new Error("a test may not ask " + host);
  }
  return original.call(http, { ...options, host: "127.0.0.1", hostname: "127.0.0.1", port }, ...rest);
};
