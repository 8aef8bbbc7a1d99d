@NullMarked
package io.botmesh.examples;

import org.jspecify.annotations.NullMarked;
