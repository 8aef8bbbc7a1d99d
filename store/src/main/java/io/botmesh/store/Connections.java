package io.botmesh.store;

import java.sql.Connection;
import java.sql.SQLException;

/** Where connections to one database come from: a pool, mostly. */
@FunctionalInterface
interface Connections {
    /** One of them, to be closed when it is not needed any more. */
    Connection get() throws SQLException;
}
