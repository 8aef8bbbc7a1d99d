/**
 * Sealing and signing of packets, and whom a reader lets in. {@link Identity} signs, {@link ReaderSecret} opens,
 * {@link Envelope} makes packets and {@link Opener} takes them apart.
 */
@NullMarked
package io.botmesh.seal;

import org.jspecify.annotations.NullMarked;
