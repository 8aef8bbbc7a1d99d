@NullMarked
package io.botmesh.bot;

import org.jspecify.annotations.NullMarked;
