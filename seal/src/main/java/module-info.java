/** Sealing and signing of packets, keys, admission and replay: functions and state machines without I/O. */
module io.botmesh.seal {
    requires transitive io.botmesh.wire;
    requires org.bouncycastle.provider;
    requires static transitive org.jspecify;

    exports io.botmesh.seal;
}
