"""The claims of the blog post beside what was measured: the page `docs/results/post.md`."""
