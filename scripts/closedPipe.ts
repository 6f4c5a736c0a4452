// Imported for its effect by commands that print: `… | head` ends them without a word, as it does other programs.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});
