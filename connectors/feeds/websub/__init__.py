"""WebSub (https://www.w3.org/TR/websub/): a hub pushes what a feed publishes, and polling slows meanwhile."""
