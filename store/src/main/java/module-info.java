/** Journals, sessions and a node's store over JDBC. */
module io.botmesh.store {
    requires static transitive org.jspecify;
    requires transitive io.botmesh.bot;
    requires transitive io.botmesh.botapi;
    requires transitive io.botmesh.mesh;
    requires transitive io.botmesh.runner;
    requires transitive org.jdbi.v3.core;
    requires com.zaxxer.hikari;
    requires transitive java.sql;
    requires flyway.core;
    requires org.xerial.sqlitejdbc;

    exports io.botmesh.store;
}
