"use strict";
// Loaded before a program: Node's resolver asks the name server of the test, at 127.0.0.1:TEST_DNS_PORT, and nobody else.
const dns = require("node:dns/promises");

const { Resolver } = dns;
dns.Resolver = class extends Resolver {
  constructor(options) {
    super(options);
    this.setServers([`127.0.0.1:${process.env.TEST_DNS_PORT}`]);
  }
};
