/** The mesh protocol as values and state machines: armour, packets, frames. */
@NullMarked
package io.botmesh.wire;

import org.jspecify.annotations.NullMarked;
