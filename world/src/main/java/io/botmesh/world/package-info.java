/** What a Bot API server is, as a state machine. */
@NullMarked
package io.botmesh.world;

import org.jspecify.annotations.NullMarked;
