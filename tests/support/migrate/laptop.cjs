"use strict";
// Before a command of the laptop: nobody outside is asked for a name, and production's entrance is where the test has it, as its
// own port is root's.
const dns = require("node:dns/promises");
const https = require("node:https");
const process = require("node:process");

const { request } = https;
https.request = (options, answered) => request({ ...options, port: process.env.ENTRANCE }, answered);
dns.Resolver.prototype.resolve4 = () => Promise.resolve([{ address: "127.0.0.1", ttl: 300 }]);
