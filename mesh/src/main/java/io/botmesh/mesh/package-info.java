/** Nodes, quasi-servers and links over bots and channels. */
@NullMarked
package io.botmesh.mesh;

import org.jspecify.annotations.NullMarked;
