/** Tests of the test kit. */
@NullMarked
package io.botmesh.emulatorjunit;

import org.jspecify.annotations.NullMarked;
