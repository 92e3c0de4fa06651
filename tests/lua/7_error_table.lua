-- An error object without __tostring.
--! error: (error object is a table value)
error({})
