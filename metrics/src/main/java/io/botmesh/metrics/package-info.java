/** Meters, events and health of runners. */
@NullMarked
package io.botmesh.metrics;

import org.jspecify.annotations.NullMarked;
