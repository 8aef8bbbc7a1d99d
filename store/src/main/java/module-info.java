/** Journals, outboxes and inboxes over JDBC. */
module io.botmesh.store {
    requires static transitive org.jspecify;

}
