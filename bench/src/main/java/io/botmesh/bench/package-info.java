/** Measures speed and size. */
@NullMarked
package io.botmesh.bench;

import org.jspecify.annotations.NullMarked;
