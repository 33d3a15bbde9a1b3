// Preloaded into programs that would listen on every interface of the machine: makes them listen on loopback.
const { Server } = require('node:net');

const { listen } = Server.prototype;
Server.prototype.listen = function listenOnLoopback(first, ...rest) {
  if (typeof first === 'number')
    return listen.call(this, { port: first, host: '127.0.0.1' }, ...rest.slice(-1));
  return listen.call(this, first, ...rest);
};
