/** Runs updates from a source through keyed lanes into a sink. */
@NullMarked
package io.botmesh.runner;

import org.jspecify.annotations.NullMarked;
