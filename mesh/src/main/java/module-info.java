/** Nodes, quasi-servers and links over bots and channels. */
module io.botmesh.mesh {
    requires static transitive org.jspecify;
    requires transitive io.botmesh.runner;
    requires transitive io.botmesh.botapi;
    requires transitive io.botmesh.wire;
    requires transitive io.botmesh.seal;
    requires org.slf4j;

    exports io.botmesh.mesh;
}
