/** Journals, sessions and a node's store over JDBC. */
@NullMarked
package io.botmesh.store;

import org.jspecify.annotations.NullMarked;
