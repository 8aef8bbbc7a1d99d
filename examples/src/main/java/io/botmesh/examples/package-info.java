/** Programs that run as they stand. */
@NullMarked
package io.botmesh.examples;

import org.jspecify.annotations.NullMarked;
