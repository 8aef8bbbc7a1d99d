package io.botmesh.botapi;

class JettyTransportTest extends TransportContract {
    @Override
    Transport create(TransportOptions options) {
        return new JettyTransport(options);
    }
}
