/** Tests of bots: a Bot API server for each test, and people who write and wait for replies. */
@NullMarked
package io.botmesh.emulatorjunit;

import org.jspecify.annotations.NullMarked;
