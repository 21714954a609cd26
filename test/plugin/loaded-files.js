// Loaded before the plugin: tells the test which files the process has loaded.
process.on("message", () => process.send(Object.keys(require.cache)));
