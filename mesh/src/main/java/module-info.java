/** Quasi-servers and links over bots and channels. */
module io.botmesh.mesh {
    requires static transitive org.jspecify;

}
