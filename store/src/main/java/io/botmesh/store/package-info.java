/** Journals, outboxes and inboxes over JDBC. */
@NullMarked
package io.botmesh.store;

import org.jspecify.annotations.NullMarked;
