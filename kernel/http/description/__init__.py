"""The API description, completed with what the framework cannot know: who may call, what is refused, what is sent."""
